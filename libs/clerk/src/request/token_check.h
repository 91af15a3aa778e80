#pragma once

#include <optional>
#include <string_view>

#include "clerk/result.h"
#include "clerk/session_token.h"
#include "jwt/decoded_jwt.h"
#include "request/setup.h"
#include "tokens/claim_rules.h"
#include "tokens/key_source.h"

namespace clerk::request {

// A check that may need a key that is not here; nullopt then, unless the attempt may wait.
template <typename T>
using Check = std::optional<Result<T>>;

// verifyToken.
[[nodiscard]] Check<SessionToken> VerifySessionToken(const Attempt& attempt, std::string_view token);

// Where the keys of a check come from.
struct KeyAccess {
  tokens::KeySource* source = nullptr;  // null: there are no keys
  bool may_wait = true;
};
[[nodiscard]] KeyAccess KeysOf(const Attempt& attempt);

// Type, algorithm and signature of a token that is no session's: nothing is said about its claims.
[[nodiscard]] Check<void> VerifySignature(KeyAccess keys, const jwt::DecodedJwt& token, const tokens::ClaimRules& rules);

// A JWT of at most the length that the options allow.
[[nodiscard]] Result<jwt::DecodedJwt> DecodeToken(const Setup& setup, std::string_view token);

}  // namespace clerk::request
