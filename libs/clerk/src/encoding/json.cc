#include "encoding/json.h"

#include <cmath>

#include "encoding/json_text.h"

namespace clerk::encoding {
namespace {

constexpr int kMaxDepth = static_cast<int>(kDocumentLimits.depth);

// Writing and destroying a value recurse or allocate per level, so depth is bounded before anything is built. The library takes
// a NUL byte for the end of the input and swallows a byte order mark; neither is JSON.
bool IsPlausible(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) return false;
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') return false;
    if (in_string) {
      if (c == '\\') {
        ++i;
        if (i < text.size() && text[i] == '\0') return false;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return false;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return true;
}

}  // namespace

std::optional<Json> ParseJson(std::string_view text) {
  if (!IsPlausible(text)) return std::nullopt;
  Json value = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

const Json* Member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(name);
  return it == object.end() ? nullptr : &*it;
}

const std::string* StringMember(const Json& object, std::string_view name) {
  const Json* member = Member(object, name);
  return member == nullptr ? nullptr : member->get_ptr<const std::string*>();
}

std::optional<std::string> OptionalString(const Json& object, std::string_view name) {
  const std::string* text = StringMember(object, name);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

std::optional<std::int64_t> OptionalInteger(const Json& object, std::string_view name) {
  const Json* member = Member(object, name);
  return member == nullptr ? std::nullopt : ToInteger(*member);
}

bool BoolMember(const Json& object, std::string_view name) {
  const Json* member = Member(object, name);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

std::optional<std::int64_t> ToInteger(const Json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    constexpr double kLimit = 9223372036854775808.0;  // 2^63
    const double number = std::trunc(value.get<double>());
    if (number >= -kLimit && number < kLimit) return static_cast<std::int64_t>(number);
  }
  return std::nullopt;
}

bool IsTruthy(const Json* value) {
  if (value == nullptr || value->is_null()) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_number()) return value->get<double>() != 0.0;
  if (const auto* text = value->get_ptr<const std::string*>()) return !text->empty();
  return true;
}

std::string CanonicalText(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace clerk::encoding
