#pragma once

#include <string>
#include <string_view>

#include "clerk/result.h"
#include "encoding/json_text.h"
#include "jwt/verification_key.h"

namespace clerk::jwt {

// A compact JWS (RFC 7515) taken apart, unverified.
struct Jws {
  encoding::JsonText header;
  std::string payload;
  std::string_view signing_input;  // the first two parts as they were sent; a view into the token
  std::string signature;
};

// Three parts in base64url, the first of them JSON other than null. Fails with kTokenInvalid.
[[nodiscard]] Result<Jws> DecodeJws(std::string_view token);

// The header's algorithm. Fails with kTokenInvalidAlgorithm if it is none of ours, with kTokenInvalid if the header has
// critical extensions: none is known here (RFC 7515, section 4.1.11).
[[nodiscard]] Result<Algorithm> AlgorithmOf(const encoding::JsonText& header);

// Whether the key made the signature: algorithm, fitness of the key (kTokenVerificationFailed), signature
// (kTokenInvalidSignature), in this order.
[[nodiscard]] Result<void> VerifySignature(const Jws& jws, const VerificationKey& key);

}  // namespace clerk::jwt
