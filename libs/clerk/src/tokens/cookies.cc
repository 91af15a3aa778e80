#include "tokens/cookies.h"

#include "encoding/text.h"

namespace clerk::tokens {
namespace {

std::string_view TrimBlanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string FindCookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find(';');
    const auto item = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    const auto equals = item.find('=');
    if (equals == std::string_view::npos || TrimBlanks(item.substr(0, equals)) != name) continue;
    const auto value = TrimBlanks(item.substr(equals + 1));
    if (value.find('%') == std::string_view::npos) return std::string(value);
    const auto decoded = encoding::PercentDecode(value);
    return decoded && encoding::IsValidUtf8(*decoded) ? *decoded : std::string(value);
  }
  return {};
}

}  // namespace clerk::tokens
