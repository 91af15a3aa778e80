#include "request/machine_jwt.h"

#include <algorithm>
#include <utility>

#include "encoding/text.h"
#include "request/machine_token_json.h"
#include "tokens/claim_rules.h"
#include "tokens/token_class.h"

namespace clerk::request {
namespace {

bool IsTokenCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

tokens::ClaimRules ClaimRulesFor(const MachineJwtRules& rules) {
  tokens::ClaimRules claims;
  claims.clock_skew = rules.clock_skew;
  if (rules.type == TokenType::kOauthToken) {
    claims.header_types = {"at+jwt", "application/at+jwt"};
  } else {
    claims.audience = rules.audience;
  }
  return claims;
}

Result<MachineToken> Fail(Error error) {
  if (error.reason != ErrorReason::kJwkRemoteFailedToLoad) error.reason = ErrorReason::kTokenVerificationFailed;
  return error;
}

}  // namespace

bool LooksLikeJwt(std::string_view token) {
  const auto parts = encoding::Split(token, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && std::all_of(part.begin(), part.end(), IsTokenCharacter);
         });
}

std::optional<TokenType> MachineTypeOf(std::string_view token, std::size_t max_bytes) {
  const bool is_jwt = token.size() <= max_bytes && LooksLikeJwt(token);
  const auto decoded = is_jwt ? jwt::DecodeJwt(token) : Error{ErrorReason::kTokenInvalid, {}};
  if (token.starts_with("mt_") || (decoded && tokens::IsM2mToken(*decoded))) return TokenType::kM2mToken;
  if (token.starts_with("oat_") || (decoded && tokens::IsOauthAccessToken(*decoded))) return TokenType::kOauthToken;
  if (token.starts_with("ak_")) return TokenType::kApiKey;
  return std::nullopt;
}

Check<MachineToken> VerifyMachineJwt(KeyAccess keys, const jwt::DecodedJwt& token, const MachineJwtRules& rules,
                                     std::chrono::system_clock::time_point now) {
  if (rules.type == TokenType::kM2mToken && !tokens::HasM2mCategory(token)) {
    return Result<MachineToken>(
        Error{ErrorReason::kTokenInvalid, "The token is of another class than machine-to-machine tokens."});
  }
  const auto claims = ClaimRulesFor(rules);
  const auto signature = VerifySignature(keys, token, claims);
  if (!signature) return std::nullopt;
  if (!*signature) return Fail(signature->error());
  const auto times = tokens::CheckClaims(token, claims, now);
  if (!times) return Fail(times.error());
  if (rules.type == TokenType::kOauthToken && !HasAudience(rules.audience, token)) {
    return Fail({ErrorReason::kTokenVerificationFailed, "The token is for another audience."});
  }
  auto machine = MachineTokenFromJwt(rules.type, token, *times);
  if (!machine) return Fail({ErrorReason::kTokenVerificationFailed, "The claim sub is empty."});
  return Result<MachineToken>(*std::move(machine));
}

}  // namespace clerk::request
