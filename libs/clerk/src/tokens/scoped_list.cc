#include "tokens/scoped_list.h"

#include "encoding/text.h"

namespace clerk::tokens {

std::optional<ScopedList> ParseScopedList(std::string_view claim) {
  ScopedList list;
  if (claim.empty()) return list;
  for (bool more = true; more;) {
    const auto comma = claim.find(',');
    const auto entry = encoding::Trim(claim.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) claim.remove_prefix(comma + 1);
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
