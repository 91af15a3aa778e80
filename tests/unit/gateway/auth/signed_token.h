#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace inkwell::gateway {

// Signs tokens with an RSA key made for the test.
class TokenSigner final {
 public:
  TokenSigner();
  ~TokenSigner();

  [[nodiscard]] std::string PublicKeyPem() const;
  // A JWT over these two JSON texts, RS256.
  [[nodiscard]] std::string Sign(std::string_view header, std::string_view claims) const;

 private:
  struct Key;
  std::unique_ptr<Key> key_;
};

}  // namespace inkwell::gateway
