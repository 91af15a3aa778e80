#include "jwt/jws.h"

#include <utility>

#include "encoding/base64.h"

namespace clerk::jwt {
namespace {

Error Malformed(const char* message) { return {ErrorReason::kTokenInvalid, message}; }

}  // namespace

Result<Jws> DecodeJws(std::string_view token) {
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return Malformed("A JWT has three parts, separated by dots.");
  }
  auto header = encoding::DecodeBase64Url(token.substr(0, first));
  auto payload = encoding::DecodeBase64Url(token.substr(first + 1, second - first - 1));
  auto signature = encoding::DecodeBase64Url(token.substr(second + 1));
  if (!header || !payload || !signature) return Malformed("A part of the JWT is not base64url.");
  auto header_json = encoding::JsonText::Read(std::move(*header));
  if (!header_json || header_json->root().is_null()) return Malformed("The header of the JWT is not JSON.");
  return Jws{std::move(*header_json), std::move(*payload), token.substr(0, second), std::move(*signature)};
}

Result<Algorithm> AlgorithmOf(const encoding::JsonText& header) {
  if (header.root().Member("crit")) return Malformed("The token demands an extension that is not known.");
  const auto name = header.root().Member("alg").string();
  const auto algorithm = name ? ParseAlgorithm(*name) : std::nullopt;
  if (!algorithm) return Error{ErrorReason::kTokenInvalidAlgorithm, "The header's alg is not RS256, RS384 or RS512."};
  return *algorithm;
}

Result<void> VerifySignature(const Jws& jws, const VerificationKey& key) {
  const auto algorithm = AlgorithmOf(jws.header);
  if (!algorithm) return algorithm.error();
  if (!key.Fits(*algorithm)) {
    return Error{ErrorReason::kTokenVerificationFailed, "The key cannot verify a token of this algorithm."};
  }
  if (!key.rsa->Verify(*algorithm, jws.signing_input, jws.signature)) {
    return Error{ErrorReason::kTokenInvalidSignature, "The signature is not the key's."};
  }
  return {};
}

}  // namespace clerk::jwt
