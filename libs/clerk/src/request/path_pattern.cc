#include "request/path_pattern.h"

#include <cstddef>
#include <utility>

#include "encoding/text.h"

namespace clerk::request {
namespace {

constexpr std::string_view kRest = "(.*)";

bool IsNameCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::size_t NameLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && IsNameCharacter(text[length])) ++length;
  return length;
}

}  // namespace

std::optional<PathPattern> PathPattern::Parse(std::string_view text) {
  PathPattern pattern;
  while (!text.empty()) {
    if (text.starts_with(kRest)) {
      pattern.pieces_.push_back({Kind::kRest, {}});
      text.remove_prefix(kRest.size());
    } else if (text.front() == ':') {
      const auto length = NameLength(text.substr(1));
      if (length == 0) return std::nullopt;
      const auto name = text.substr(1, length);
      text.remove_prefix(1 + length);
      const bool is_rest = text.starts_with(kRest);
      if (is_rest) text.remove_prefix(kRest.size());
      pattern.pieces_.push_back({is_rest ? Kind::kRest : Kind::kSegment, std::string(name)});
    } else {
      const auto length = text.find_first_of("(:");
      const auto literal = text.substr(0, length);
      if (literal.empty() || literal.find_first_of(")*+?{}\\") != std::string_view::npos) return std::nullopt;
      pattern.pieces_.push_back({Kind::kLiteral, std::string(literal)});
      text.remove_prefix(literal.size());
    }
  }
  return pattern;
}

std::optional<PathPattern::Names> PathPattern::Match(std::string_view path) const {
  Names names;
  if (MatchFrom(0, path, names)) return names;
  return std::nullopt;
}

bool PathPattern::MatchFrom(std::size_t piece, std::string_view path, Names& names) const {
  if (piece == pieces_.size()) return path.empty() || path == "/";
  const auto& [kind, text] = pieces_[piece];
  if (kind == Kind::kLiteral) {
    return encoding::EqualsIgnoreCase(path.substr(0, text.size()), text) && MatchFrom(piece + 1, path.substr(text.size()), names);
  }
  // A segment takes as little as it can, at least one character and never a slash; a rest takes as much as it can.
  if (kind == Kind::kSegment) {
    const auto segment = path.substr(0, path.find('/'));
    for (std::size_t size = 1; size <= segment.size(); ++size) {
      if (!MatchFrom(piece + 1, path.substr(size), names)) continue;
      names.emplace(text, segment.substr(0, size));
      return true;
    }
    return false;
  }
  for (std::size_t left = 0; left <= path.size(); ++left) {
    if (!MatchFrom(piece + 1, path.substr(path.size() - left), names)) continue;
    if (!text.empty()) names.emplace(text, path.substr(0, path.size() - left));
    return true;
  }
  return false;
}

}  // namespace clerk::request
