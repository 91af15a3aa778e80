#include "jwt/verification_key.h"

#include <algorithm>
#include <string>

#include "encoding/base64.h"

namespace clerk::jwt {
namespace {

using encoding::Json;

std::string ReplaceAll(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

bool MayVerify(const Json& jwk) {
  const Json* use = encoding::Member(jwk, "use");
  if (use != nullptr && *use != "sig") return false;
  const Json* operations = encoding::Member(jwk, "key_ops");
  return operations == nullptr ||
         (operations->is_array() && std::find(operations->begin(), operations->end(), "verify") != operations->end());
}

}  // namespace

VerificationKey ParsePemKey(std::string_view pem) {
  std::string text = ReplaceAll(std::string(pem), "\\n", "\n");
  text = ReplaceAll(std::move(text), "-----BEGIN PUBLIC KEY-----", "");
  text = ReplaceAll(std::move(text), "-----END PUBLIC KEY-----", "");
  const auto der = encoding::DecodeBase64(text);
  if (!der) return {};
  return {RsaKey::FromSubjectPublicKeyInfo(*der), Algorithm::kRs256};
}

VerificationKey ParseJwk(const Json& jwk) {
  const std::string* kty = encoding::StringMember(jwk, "kty");
  const std::string* n = encoding::StringMember(jwk, "n");
  const std::string* e = encoding::StringMember(jwk, "e");
  if (kty == nullptr || *kty != "RSA" || n == nullptr || e == nullptr || !MayVerify(jwk)) return {};

  VerificationKey key;
  if (encoding::Member(jwk, "alg") != nullptr) {
    const std::string* alg = encoding::StringMember(jwk, "alg");
    if (alg != nullptr) key.pinned = ParseAlgorithm(*alg);
    if (!key.pinned) return {};
  }
  const auto modulus = encoding::DecodeBase64Url(*n);
  const auto exponent = encoding::DecodeBase64Url(*e);
  if (modulus && exponent) key.rsa = RsaKey::FromModulus(*modulus, *exponent);
  return key;
}

}  // namespace clerk::jwt
