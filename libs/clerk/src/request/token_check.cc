#include "request/token_check.h"

#include "jwt/jws.h"
#include "tokens/verifier_keys.h"

namespace clerk::request {
namespace {

Error NoKeys() { return {ErrorReason::kJwkFailedToResolve, "No key to verify tokens with is configured."}; }

}  // namespace

Check<SessionToken> VerifySessionToken(const Attempt& attempt, std::string_view token) {
  if (!attempt.setup.verifier) return Result<SessionToken>(NoKeys());
  if (attempt.may_wait) return attempt.setup.verifier->Verify(token);
  return attempt.setup.verifier->TryVerify(token);
}

KeyAccess KeysOf(const Attempt& attempt) {
  const auto& verifier = attempt.setup.verifier;
  return {verifier ? &tokens::KeysOf(*verifier) : nullptr, attempt.may_wait};
}

Check<void> VerifySignature(KeyAccess keys, const jwt::DecodedJwt& token, const tokens::ClaimRules& rules) {
  if (keys.source == nullptr) return Result<void>(NoKeys());
  const auto kid = token.Header("kid").string();
  const auto found = keys.may_wait ? std::optional(keys.source->Find(kid)) : keys.source->TryFind(kid);
  if (!found) return std::nullopt;
  if (!*found) return Result<void>(found->error());
  if (auto type = tokens::CheckType(token, rules); !type) return type;
  return jwt::VerifySignature(token.jws, (**found).key);
}

Result<jwt::DecodedJwt> DecodeToken(const Setup& setup, std::string_view token) {
  if (token.size() > setup.options.max_token_bytes) return Error{ErrorReason::kTokenInvalid, "The token is too long."};
  return jwt::DecodeJwt(token);
}

}  // namespace clerk::request
