#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "clerk/publishable_key.h"
#include "clerk/token_type.h"

namespace clerk {

struct FoundToken {
  std::string token{};
  TokenCarrier carrier = TokenCarrier::kHeader;
};

struct RequestCredentials {
  std::string_view authorization{};  // the Authorization header, "" if absent
  std::string_view cookie{};         // the Cookie header; several are joined by "; "
};

// Finds the session token of a request, unverified. `Authorization: Bearer <token>` (or a bare token) always wins; otherwise
// the cookie `__session_<suffix of the key>` or `__session`, chosen as Clerk's SDKs choose it when several instances share a
// domain. `now` decides whether a suffixed session that has expired gives way to an unsuffixed sign-out (development only).
[[nodiscard]] std::optional<FoundToken> FindSessionToken(const RequestCredentials& credentials, const PublishableKey& key,
                                                         std::chrono::system_clock::time_point now);

}  // namespace clerk
