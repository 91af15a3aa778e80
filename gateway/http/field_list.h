#pragma once

#include <string_view>

namespace inkwell::gateway {

// Without the spaces and tabs around it (OWS, RFC 9110 section 5.6.3).
[[nodiscard]] inline std::string_view TrimSpaces(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Calls `visit` with each element of a comma-separated list, trimmed, empty elements skipped (RFC 9110 section 5.6.1). For lists
// whose elements hold no comma in quotes.
template <typename Visit>
void ForEachElement(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view element = TrimSpaces(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    if (!element.empty()) visit(element);
  }
}

}  // namespace inkwell::gateway
