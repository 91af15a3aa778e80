#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/machine_token.h"
#include "jwt/decoded_jwt.h"
#include "request/token_check.h"

namespace clerk::request {

// Three non-empty parts of base64url characters. Whatever else comes as a machine token is opaque: only Clerk knows it.
[[nodiscard]] bool LooksLikeJwt(std::string_view token);

// What machine token a text is by its look (contract, section 6): by its prefix or, if it is a JWT, by what it says of itself. A
// JWT of more than `max_bytes` is none. Nullopt: no machine token.
[[nodiscard]] std::optional<TokenType> MachineTypeOf(std::string_view token, std::size_t max_bytes);

// What is demanded of the JWT of a machine or an OAuth application: no authorized party and no issuer, which are of browsers'
// sessions.
struct MachineJwtRules {
  TokenType type = TokenType::kM2mToken;
  std::vector<std::string> audience{};  // of OAuth tokens strictly, of machines' as verifyToken has it
  std::chrono::milliseconds clock_skew{5000};
};

// Verifies such a JWT with the keys. Fails with kTokenInvalid for a token of another class, kJwkRemoteFailedToLoad if the keys
// cannot be had, and kTokenVerificationFailed for every other reason.
[[nodiscard]] Check<MachineToken> VerifyMachineJwt(KeyAccess keys, const jwt::DecodedJwt& token, const MachineJwtRules& rules,
                                                   std::chrono::system_clock::time_point now);

}  // namespace clerk::request
