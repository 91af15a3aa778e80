#include "tokens/scoped_list.h"

#include "encoding/text.h"

namespace clerk::tokens {

std::optional<ScopedList> ParseScopedList(std::string_view claim) {
  ScopedList list;
  if (claim.empty()) return list;
  for (const auto piece : encoding::Split(claim, ',')) {
    const auto entry = encoding::Trim(piece);
    const auto colon = entry.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto scope = entry.substr(0, colon);
    const auto name = entry.substr(colon + 1);
    const bool both = scope == "ou" || scope == "uo";
    if (both || scope == "o") list.organization.push_back(name);
    if (both || scope == "u") list.user.push_back(name);
  }
  return list;
}

}  // namespace clerk::tokens
