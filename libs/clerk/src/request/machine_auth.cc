#include "request/machine_auth.h"

#include <algorithm>
#include <string>
#include <utility>

#include "encoding/text.h"
#include "request/machine_token_json.h"
#include "request/states.h"
#include "request/token_check.h"
#include "tokens/claim_rules.h"
#include "tokens/token_class.h"

namespace clerk::request {
namespace {

constexpr const char* kUnexpected = "unexpected-error";

bool IsTokenCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

bool LooksLikeJwt(std::string_view token) {
  const auto parts = encoding::Split(token, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
           return !part.empty() && std::all_of(part.begin(), part.end(), IsTokenCharacter);
         });
}

Outcome Refuse(TokenType type, std::string reason, std::string message) {
  return SignedOut(type, std::move(reason), std::move(message));
}

Outcome RefuseByReply(TokenType type, const ApiError& error) {
  if (error.status == 401) return Refuse(type, "secret-key-invalid", "Clerk does not accept the secret key.");
  if (error.status == 404) return Refuse(type, "token-invalid", "Clerk does not know the token.");
  return Refuse(type, kUnexpected, "The token could not be verified at Clerk.");
}

Outcome RefuseAudience() {
  return Refuse(TokenType::kOauthToken, "token-verification-failed", "The token is for another audience.");
}

ApiResult<encoding::Json> VerifyAtClerk(const BackendCalls& backend, TokenType type, std::string_view token) {
  switch (type) {
    case TokenType::kM2mToken:
      return backend.VerifyM2mToken(token);
    case TokenType::kOauthToken:
      return backend.VerifyOauthToken(token);
    case TokenType::kApiKey:
    case TokenType::kSessionToken:
      break;
  }
  return backend.VerifyApiKey(token);
}

bool CanAsk(const Setup& setup, TokenType type) {
  return setup.backend.has_secret_key() || (type == TokenType::kM2mToken && !setup.options.machine_secret_key.empty());
}

Outcome AuthenticateOpaque(const Attempt& attempt, TokenType type) {
  const auto& [setup, request, view, may_wait] = attempt;
  if (!CanAsk(setup, type)) return Refuse(type, kUnexpected, "Without a secret key, the token cannot be verified.");
  if (!may_wait) return std::nullopt;
  const auto reply = VerifyAtClerk(setup.backend, type, view.header_token);
  if (!reply) return RefuseByReply(type, reply.error());
  auto machine = MachineTokenFromReply(type, *reply);
  if (!machine) return Refuse(type, kUnexpected, "Clerk's answer about the token cannot be used.");
  if (type == TokenType::kOauthToken && !HasAudience(setup.options.audience, *reply)) return RefuseAudience();
  return SignedIn(*std::move(machine), view.header_token);
}

// The rules for JWTs of machines: no authorized party and no issuer, which are of browsers' sessions.
tokens::ClaimRules RulesFor(const Setup& setup, TokenType type) {
  tokens::ClaimRules rules;
  rules.clock_skew = setup.options.clock_skew;
  if (type == TokenType::kOauthToken) {
    rules.header_types = {"at+jwt", "application/at+jwt"};
  } else {
    rules.audience = setup.options.audience;
  }
  return rules;
}

Outcome AuthenticateJwt(const Attempt& attempt, TokenType type, const jwt::DecodedJwt& token) {
  const auto failed = [type](const Error& error) { return Refuse(type, "token-verification-failed", error.message); };
  if (type == TokenType::kM2mToken && !tokens::HasM2mCategory(token)) {
    return Refuse(type, "token-invalid", "The token is of another class than machine-to-machine tokens.");
  }
  const auto rules = RulesFor(attempt.setup, type);
  const auto signature = VerifySignature(attempt, token, rules);
  if (!signature) return std::nullopt;
  if (!*signature) return failed(signature->error());
  const auto times = tokens::CheckClaims(token, rules, attempt.setup.clock.Now());
  if (!times) return failed(times.error());
  if (type == TokenType::kOauthToken && !HasAudience(attempt.setup.options.audience, token)) return RefuseAudience();
  return SignedIn(MachineTokenFromJwt(type, token, times->expires_at), attempt.view.header_token);
}

}  // namespace

std::optional<TokenType> MachineTypeOf(const Setup& setup, std::string_view token) {
  const auto decoded = LooksLikeJwt(token) ? DecodeToken(setup, token) : Error{ErrorReason::kTokenInvalid, {}};
  if (token.starts_with("mt_") || (decoded && tokens::IsM2mToken(*decoded))) return TokenType::kM2mToken;
  if (token.starts_with("oat_") || (decoded && tokens::IsOauthAccessToken(*decoded))) return TokenType::kOauthToken;
  if (token.starts_with("ak_")) return TokenType::kApiKey;
  return std::nullopt;
}

Outcome AuthenticateMachine(const Attempt& attempt, TokenType type) {
  const std::string& token = attempt.view.header_token;
  if (!LooksLikeJwt(token)) return AuthenticateOpaque(attempt, type);
  const auto decoded = DecodeToken(attempt.setup, token);
  if (!decoded) return Refuse(type, "token-invalid", decoded.error().message);
  return AuthenticateJwt(attempt, type, *decoded);
}

}  // namespace clerk::request
