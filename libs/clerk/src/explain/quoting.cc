#include "explain/quoting.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace clerk::explain {
namespace {

// Ids, origins and audiences are short or broken up by dots and slashes; a run this long is key material.
constexpr std::ptrdiff_t kLongestRun = 60;
constexpr std::size_t kLongestValue = 80;

bool IsTokenCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '+' ||
         c == '=';
}

bool LooksSecret(std::string_view value) {
  for (auto at = value.begin(); at != value.end();) {
    const auto end = std::find_if_not(at, value.end(), IsTokenCharacter);
    if (end - at > kLongestRun) return true;
    at = end == value.end() ? end : end + 1;
  }
  return value.starts_with("eyJ") || value.starts_with("sk_") || value.starts_with("whsec_");
}

}  // namespace

std::string Quote(std::string_view value) {
  if (value.find('@') != std::string_view::npos || LooksSecret(value)) return "(a value that is not shown here)";
  std::string text = "\"";
  for (const char c : value.substr(0, kLongestValue)) text += c >= ' ' && c <= '~' ? c : '?';
  text += value.size() > kLongestValue ? "…\"" : "\"";
  return text;
}

std::string QuoteList(const std::vector<std::string>& values) {
  if (values.empty()) return "none";
  std::string text;
  for (const auto& value : values) text.append(text.empty() ? "" : ", ").append(Quote(value));
  return text;
}

std::string FormatTime(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm utc{};
  std::array<char, 32> text{};
  if (::gmtime_r(&time, &utc) == nullptr || std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
    return std::to_string(seconds);
  }
  return std::to_string(seconds) + " (" + text.data() + ")";
}

std::string FormatDuration(std::int64_t seconds) {
  const std::string exact = std::to_string(seconds) + " s";
  if (seconds < 120) return exact;
  if (seconds < 2 * 3600) return exact + " (" + std::to_string(seconds / 60) + " min)";
  if (seconds < 2 * 86400) return exact + " (" + std::to_string(seconds / 3600) + " h)";
  return exact + " (" + std::to_string(seconds / 86400) + " days)";
}

}  // namespace clerk::explain
