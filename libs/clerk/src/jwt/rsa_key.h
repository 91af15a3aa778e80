#pragma once

#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace clerk::jwt {

// The three algorithms that Clerk signs with: RSASSA-PKCS1-v1_5 (RFC 7518, section 3.3).
enum class Algorithm { kRs256, kRs384, kRs512 };

// Exactly "RS256", "RS384" or "RS512".
[[nodiscard]] std::optional<Algorithm> ParseAlgorithm(std::string_view name);

// An RSA public key of 2048 to 8192 bits, ready to verify: everything that can be prepared once is. Thread-safe.
class RsaKey final {
 public:
  // Null if the input is not such a key.
  [[nodiscard]] static std::shared_ptr<const RsaKey> FromSubjectPublicKeyInfo(std::string_view der);
  [[nodiscard]] static std::shared_ptr<const RsaKey> FromModulus(std::string_view modulus, std::string_view exponent);

  RsaKey(const RsaKey&) = delete;
  RsaKey& operator=(const RsaKey&) = delete;
  ~RsaKey();

  [[nodiscard]] bool Verify(Algorithm algorithm, std::string_view message, std::string_view signature) const;

 private:
  RsaKey() = default;
  [[nodiscard]] static std::shared_ptr<const RsaKey> FromKey(EVP_PKEY* key);

  // One context per algorithm, initialised for verification, to be duplicated: a new one costs five microseconds.
  std::array<EVP_PKEY_CTX*, 3> contexts_{};
  std::uint64_t id_ = 0;  // of no other key in this process
};

}  // namespace clerk::jwt
