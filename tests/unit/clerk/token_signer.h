#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace clerk::testing {

// Signs tokens as Clerk does, with a key made for the test run.
class TokenSigner final {
 public:
  explicit TokenSigner(std::string kid, int bits = 2048);
  TokenSigner(const TokenSigner&) = delete;
  TokenSigner& operator=(const TokenSigner&) = delete;
  ~TokenSigner();

  // Two signers that many tests share, because making a key takes a tenth of a second.
  [[nodiscard]] static const TokenSigner& First();   // kid "ins_first"
  [[nodiscard]] static const TokenSigner& Second();  // kid "ins_second"

  // A token with a usual header and these claims.
  [[nodiscard]] std::string Sign(const nlohmann::json& claims) const;
  // A token of exactly these parts.
  [[nodiscard]] std::string SignParts(std::string_view header, std::string_view payload) const;

  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] std::string Pem() const;
  [[nodiscard]] nlohmann::json Jwk() const;
  [[nodiscard]] std::string Jwks() const;  // a set of this one key

 private:
  std::string kid_;
  EVP_PKEY* key_;
};

// Claims of a session token that is valid from 10 s before until 60 s after that time.
[[nodiscard]] nlohmann::json SessionClaims(std::int64_t now_s);

[[nodiscard]] std::string Base64Url(std::string_view bytes);
[[nodiscard]] std::string Base64(std::string_view bytes);

// Standard base64 of HMAC-SHA256.
[[nodiscard]] std::string HmacBase64(std::string_view key, std::string_view message);

}  // namespace clerk::testing
