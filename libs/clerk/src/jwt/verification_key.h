#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "encoding/json.h"
#include "jwt/rsa_key.h"

namespace clerk::jwt {

// A key as configured or as found in a key set, which may turn out to be no key at all. That it is unusable is kept, not
// reported at once, because a token that names it has to be refused at its place in the order of checks.
struct VerificationKey {
  std::shared_ptr<const RsaKey> rsa;  // null: unusable
  std::optional<Algorithm> pinned;    // the only algorithm that the key may be used with

  [[nodiscard]] bool Fits(Algorithm algorithm) const { return rsa != nullptr && (!pinned || *pinned == algorithm); }
};

// SubjectPublicKeyInfo in PEM. Forgives what environment variables and secret stores do to it: missing armour, missing line
// breaks, indentation, "\n" in letters. Pinned to RS256, as in Clerk's SDKs.
[[nodiscard]] VerificationKey ParsePemKey(std::string_view pem);

// A member of a JWK set (RFC 7517).
[[nodiscard]] VerificationKey ParseJwk(const encoding::Json& jwk);

}  // namespace clerk::jwt
