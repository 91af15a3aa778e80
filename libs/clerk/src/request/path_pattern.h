#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clerk::request {

// A pattern of OrganizationSync: literal text, `:name` for one segment, `(.*)` for any rest, `:name(.*)` for a rest with a name.
// Compared without regard to case; a slash at the end of the path is ignored.
class PathPattern final {
 public:
  // What the names of a pattern stand for in a path, as in the path: percent-encoded.
  using Names = std::map<std::string, std::string, std::less<>>;

  // Nullopt if the pattern has other syntax: better no start than a pattern that means something else.
  [[nodiscard]] static std::optional<PathPattern> Parse(std::string_view text);

  // Nullopt if the path does not match as a whole.
  [[nodiscard]] std::optional<Names> Match(std::string_view path) const;

 private:
  enum class Kind { kLiteral, kSegment, kRest };
  struct Piece {
    Kind kind;
    std::string text;  // the literal or the name, which a rest need not have
  };

  [[nodiscard]] bool MatchFrom(std::size_t piece, std::string_view path, Names& names) const;

  std::vector<Piece> pieces_;
};

}  // namespace clerk::request
