#include "runtime_db/database.h"

namespace inkwell::runtime {
namespace {

// PostgreSQL manual, 8.15.6: every element is quoted, so that only the quote and the backslash need care; NULL stands unquoted.
void AppendElement(std::string& literal, std::string_view value) {
  literal += '"';
  std::size_t from = 0;
  for (std::size_t at = value.find_first_of("\"\\"); at != std::string_view::npos; at = value.find_first_of("\"\\", from)) {
    literal.append(value, from, at - from);
    literal += '\\';
    literal += value[at];
    from = at + 1;
  }
  literal.append(value, from);
  literal += '"';
}

template <typename Values, typename Append>
std::string ArrayLiteral(const Values& values, std::size_t bytes_hint, Append append) {
  std::string literal;
  literal.reserve(bytes_hint + 2);
  literal += '{';
  for (const auto& value : values) {
    if (literal.size() > 1) literal += ',';
    append(literal, value);
  }
  literal += '}';
  return literal;
}

template <typename Strings>
std::size_t TotalBytes(const Strings& values) {
  std::size_t bytes = 0;
  for (const auto& value : values) bytes += value.size() + 3;
  return bytes;
}

}  // namespace

Parameter Parameter::TextArray(const std::vector<std::string>& values) {
  return ArrayLiteral(values, TotalBytes(values), [](std::string& literal, const std::string& v) { AppendElement(literal, v); });
}

Parameter Parameter::TextArray(const std::vector<std::string_view>& values) {
  return ArrayLiteral(values, TotalBytes(values), [](std::string& literal, std::string_view v) { AppendElement(literal, v); });
}

Parameter Parameter::TextArray(const std::vector<std::optional<std::string>>& values) {
  std::size_t bytes = 0;
  for (const auto& value : values) bytes += value ? value->size() + 3 : 5;
  return ArrayLiteral(values, bytes, [](std::string& literal, const std::optional<std::string>& v) {
    if (v) {
      AppendElement(literal, *v);
    } else {
      literal += "NULL";
    }
  });
}

Parameter Parameter::IntegerArray(const std::vector<std::int64_t>& values) {
  return ArrayLiteral(values, values.size() * 20, [](std::string& literal, std::int64_t v) { literal += std::to_string(v); });
}

Parameter Parameter::BoolArray(const std::vector<bool>& values) {
  return ArrayLiteral(values, values.size() * 2, [](std::string& literal, bool v) { literal += v ? 't' : 'f'; });
}

}  // namespace inkwell::runtime
