#include "request/machine_auth.h"

#include <string>
#include <utility>

#include "request/machine_jwt.h"
#include "request/machine_token_json.h"
#include "request/states.h"
#include "request/token_check.h"

namespace clerk::request {
namespace {

constexpr const char* kUnexpected = "unexpected-error";

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
  return setup.backend.has_secret_key() || (type == TokenType::kM2mToken && setup.backend.has_machine_secret_key());
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

Outcome AuthenticateJwt(const Attempt& attempt, TokenType type, const jwt::DecodedJwt& token) {
  const auto& [setup, request, view, may_wait] = attempt;
  const MachineJwtRules rules{type, setup.options.audience, setup.options.clock_skew};
  auto machine = VerifyMachineJwt(KeysOf(attempt), token, rules, setup.clock.Now());
  if (!machine) return std::nullopt;
  if (*machine) return SignedIn(**std::move(machine), view.header_token);
  // Clerk's SDKs do not say here that the keys could not be had.
  const bool invalid = machine->error().reason == ErrorReason::kTokenInvalid;
  return Refuse(type, invalid ? "token-invalid" : "token-verification-failed", machine->error().message);
}

}  // namespace

Outcome AuthenticateMachine(const Attempt& attempt, TokenType type) {
  const std::string& token = attempt.view.header_token;
  if (!LooksLikeJwt(token)) return AuthenticateOpaque(attempt, type);
  const auto decoded = DecodeToken(attempt.setup, token);
  if (!decoded) return Refuse(type, "token-invalid", decoded.error().message);
  return AuthenticateJwt(attempt, type, *decoded);
}

}  // namespace clerk::request
