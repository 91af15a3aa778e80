#include "api/names.h"

#include <cstddef>

namespace clerk::api {
namespace {

using encoding::Json;

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// Bytes of other scripts count as caseless letters.
bool IsWordPart(char c) { return IsUpper(c) || IsLower(c) || IsDigit(c) || static_cast<unsigned char>(c) >= 0x80; }

bool StartsWord(std::string_view name, std::size_t at) {
  if (at == 0 || !IsUpper(name[at])) return false;
  const char before = name[at - 1];
  if (IsLower(before) || IsDigit(before)) return true;
  return IsUpper(before) && at + 1 < name.size() && IsLower(name[at + 1]);
}

Json SnakeDeep(const Json& value) {
  if (!value.is_array()) return SnakeNames(value, Depth::kAll);
  Json list = Json::array();
  for (const Json& item : value) list.push_back(SnakeDeep(item));
  return list;
}

}  // namespace

std::string SnakeCase(std::string_view name) {
  std::string snake;
  snake.reserve(name.size() + 8);
  bool separate = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!IsWordPart(c)) {
      separate = true;
      continue;
    }
    if ((separate || StartsWord(name, i)) && !snake.empty()) snake.push_back('_');
    separate = false;
    snake.push_back(IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return snake;
}

std::string CamelCase(std::string_view name) {
  std::string camel;
  camel.reserve(name.size());
  bool raise = false;
  for (const char c : name) {
    if (c == '_') {
      raise = !camel.empty();
      continue;
    }
    camel.push_back(raise && IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c);
    raise = false;
  }
  return camel;
}

Json SnakeNames(const Json& value, Depth depth) {
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [name, member] : value.items()) object[SnakeCase(name)] = depth == Depth::kAll ? SnakeDeep(member) : member;
  return object;
}

}  // namespace clerk::api
