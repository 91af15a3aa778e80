#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clerk/result.h"
#include "jwt/decoded_jwt.h"

namespace clerk::tokens {

// What is demanded of a token besides its signature; the members of TokenVerifierOptions of the same names.
struct ClaimRules {
  std::vector<std::string> authorized_parties;
  std::vector<std::string> audience;
  std::vector<std::string> issuer;
  std::chrono::milliseconds clock_skew{5000};
  std::optional<std::vector<std::string>> header_types;
};

// When a token is valid, seconds since the epoch.
struct TimeWindow {
  std::int64_t expires_at = 0;
  std::optional<std::int64_t> not_before;
  std::optional<std::int64_t> issued_at;

  // Why the token is not valid at that time; nullopt if it is. The bound of `exp` is exclusive, the others are inclusive.
  [[nodiscard]] std::optional<ErrorReason> Refuses(std::chrono::system_clock::time_point now,
                                                   std::chrono::milliseconds skew) const;
};

// The checks of verifyToken, in order and numbered as in the table of Clerk's contract: a machine token is no session token (3).
[[nodiscard]] Result<void> CheckCategory(const jwt::DecodedJwt& token);
// The header's type (6).
[[nodiscard]] Result<void> CheckType(const jwt::DecodedJwt& token, const ClaimRules& rules);
// Subject, audience, authorized party, issuer, times (10 to 16). For verified claims only: an error tells about them.
[[nodiscard]] Result<TimeWindow> CheckClaims(const jwt::DecodedJwt& token, const ClaimRules& rules,
                                             std::chrono::system_clock::time_point now);

}  // namespace clerk::tokens
