#include "setting_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace inkwell::runtime {
namespace {

// sockaddr_un::sun_path is 108 bytes with its NUL (unix(7)).
constexpr std::size_t kMaxUnixPath = 107;

constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kUnits{
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool IsV6Character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '-') return false;
  const auto port = ParseInteger(text);
  return port && *port <= std::numeric_limits<std::uint16_t>::max();
}

}  // namespace

std::optional<std::int64_t> ParseInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const std::size_t unit_at = text.find_first_not_of("0123456789");
  if (unit_at == std::string_view::npos || unit_at == 0) return std::nullopt;
  const auto number = ParseInteger(text.substr(0, unit_at));
  const std::string_view unit_text = text.substr(unit_at);
  const auto* unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& entry) { return entry.first == unit_text; });
  if (!number || unit == kUnits.end() || *number > std::numeric_limits<std::int64_t>::max() / unit->second) return std::nullopt;
  return std::chrono::milliseconds(*number * unit->second);
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
  if (text == "false" || text == "no" || text == "off" || text == "0") return false;
  return std::nullopt;
}

bool IsAddress(std::string_view text) {
  if (text.starts_with("unix:")) {
    const std::string_view path = text.substr(5);
    return path.size() > 1 && path.front() == '/' && path.size() <= kMaxUnixPath;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !IsPort(text.substr(colon + 1))) return false;
  const std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return std::all_of(host.begin() + 1, host.end() - 1, IsV6Character);
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), IsHostCharacter);
}

std::vector<std::string> SplitList(std::string_view text) {
  constexpr std::string_view kSeparators = ", \t\r\n";
  std::vector<std::string> items;
  for (std::size_t from = text.find_first_not_of(kSeparators); from != std::string_view::npos;) {
    const std::size_t to = text.find_first_of(kSeparators, from);
    items.emplace_back(text.substr(from, to == std::string_view::npos ? to : to - from));
    from = to == std::string_view::npos ? to : text.find_first_not_of(kSeparators, to);
  }
  return items;
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  for (const auto& [name, milliseconds] : kUnits) {
    if (duration.count() != 0 && duration.count() % milliseconds == 0) {
      return std::to_string(duration.count() / milliseconds) + std::string(name);
    }
  }
  return "0s";
}

}  // namespace inkwell::runtime
