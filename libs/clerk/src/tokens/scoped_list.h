#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace clerk::tokens {

// The claims `fea` and `pla`, "o:dashboard,u:reports", taken apart by scope: `o` organization, `u` user, `ou` and `uo` both;
// entries of other scopes are dropped. Views into the claim.
struct ScopedList {
  std::vector<std::string_view> organization;
  std::vector<std::string_view> user;
};

// Nullopt if an entry has no colon. An empty claim is an empty list.
[[nodiscard]] std::optional<ScopedList> ParseScopedList(std::string_view claim);

}  // namespace clerk::tokens
