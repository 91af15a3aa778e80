#pragma once

#include <string_view>

#include "clerk/result.h"
#include "encoding/json_text.h"
#include "jwt/jws.h"

namespace clerk::jwt {

// A JWS whose payload is JSON, unverified.
struct DecodedJwt {
  Jws jws;  // its payload has moved on to `claims`
  encoding::JsonText claims;

  [[nodiscard]] encoding::JsonValue Header(std::string_view name) const { return jws.header.root().Member(name); }
  [[nodiscard]] encoding::JsonValue Claim(std::string_view name) const { return claims.root().Member(name); }
};

// Three parts, base64url, UTF-8, JSON other than null. Fails with kTokenInvalid.
[[nodiscard]] Result<DecodedJwt> DecodeJwt(std::string_view token);

}  // namespace clerk::jwt
