#include "tokens/key_source.h"

namespace clerk::tokens {

Error KidMismatch() {
  return {ErrorReason::kJwkKidMismatch, "The key set has no key of the token's kid. Do the keys belong to the token's instance?"};
}

Result<FoundKey> StaticKeySource::Find(std::optional<std::string_view> kid) {
  const jwt::VerificationKey* key = kid ? keys_->Find(*kid) : nullptr;
  if (key == nullptr) return KidMismatch();
  return FoundKey{*key, 0};
}

}  // namespace clerk::tokens
