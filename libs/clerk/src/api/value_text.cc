#include "api/value_text.h"

#include "api/names.h"
#include "encoding/text.h"

namespace clerk::api {
namespace {

using encoding::Json;

std::string NumberText(const Json& number) {
  return number.is_number_float() ? encoding::NumberText(number.get<double>()) : encoding::CanonicalText(number);
}

std::string QueryText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? NumberText(value) : encoding::CanonicalText(value);
}

// Spaces as "+", as forms write them.
std::string FormText(std::string_view text) {
  std::string encoded;
  for (auto space = text.find(' '); space != std::string_view::npos; space = text.find(' ')) {
    encoded.append(encoding::PercentEncode(text.substr(0, space))).push_back('+');
    text.remove_prefix(space + 1);
  }
  return encoded.append(encoding::PercentEncode(text));
}

}  // namespace

std::string PathText(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value == 0 ? std::string() : NumberText(value);
  std::string joined;
  if (value.is_array()) {
    for (const Json& item : value) joined.append(joined.empty() ? "" : ",").append(PathText(item));
  }
  return joined;
}

QueryPairs QueryOf(const Json& members) {
  QueryPairs pairs;
  for (const auto& [name, value] : members.items()) {
    if (!encoding::IsTruthy(&value)) continue;
    const std::string snake = SnakeCase(name);
    if (!value.is_array()) {
      pairs.emplace_back(snake, QueryText(value));
      continue;
    }
    for (const Json& item : value) pairs.emplace_back(snake, QueryText(item));
  }
  return pairs;
}

std::string FormEncode(const QueryPairs& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs)
    text.append(text.empty() ? "" : "&").append(FormText(name)).append("=").append(FormText(value));
  return text;
}

}  // namespace clerk::api
