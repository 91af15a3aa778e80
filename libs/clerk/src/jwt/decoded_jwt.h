#pragma once

#include <string>
#include <string_view>

#include "clerk/result.h"
#include "encoding/json.h"

namespace clerk::jwt {

// A compact JWS taken apart, unverified.
struct DecodedJwt {
  encoding::Json header;
  encoding::Json payload;
  std::string payload_text;
  std::string_view signing_input;  // the first two parts as they were sent; a view into the token
  std::string signature;
};

// Three parts, base64url, UTF-8, JSON other than null. Fails with kTokenInvalid.
[[nodiscard]] Result<DecodedJwt> DecodeJwt(std::string_view token);

}  // namespace clerk::jwt
