#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/error.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace inkwell::emulator {

// The instance's RSA key (2048 bits, e = 65537), which signs its tokens. Immutable, thread-safe.
class SigningKey final {
 public:
  // Reads `signing-key.pem` in the directory; makes it (mode 0600) if there is none: a key that outlives a restart keeps
  // everybody signed in. Fails with DATA_LOSS / KEY_NOT_READABLE, INTERNAL / KEY_NOT_MADE, UNAVAILABLE / FILE_NOT_….
  [[nodiscard]] static runtime::Result<std::unique_ptr<SigningKey>> LoadOrCreate(const std::filesystem::path& directory,
                                                                                 std::string key_id);
  ~SigningKey();

  [[nodiscard]] const std::string& key_id() const { return key_id_; }

  // RS256 (RFC 7518 section 3.3): the raw signature; empty if OpenSSL fails.
  [[nodiscard]] std::string Sign(std::string_view bytes) const;

  // {"keys":[…]} with the public half (RFC 7517).
  [[nodiscard]] const std::string& jwks() const { return jwks_; }

 private:
  SigningKey(EVP_PKEY* key, std::string key_id);

  EVP_PKEY* const key_;
  const std::string key_id_;
  const std::string jwks_;
};

}  // namespace inkwell::emulator
