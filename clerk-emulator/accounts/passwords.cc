#include "clerk-emulator/accounts/passwords.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>

#include "clerk-emulator/base/encoding.h"

namespace inkwell::emulator {
namespace {

constexpr std::uint64_t kCost = 16384;
constexpr std::uint64_t kBlockSize = 8;
constexpr std::uint64_t kParallel = 1;
constexpr std::uint64_t kMaxMemory = 64 << 20;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kPrefix = "scrypt:16384:8:1:";

// Empty if OpenSSL fails.
std::string Derive(std::string_view password, std::string_view salt) {
  std::array<unsigned char, kKeyBytes> key{};
  const int done = EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                                  salt.size(), kCost, kBlockSize, kParallel, kMaxMemory, key.data(), key.size());
  if (done != 1) return {};
  return Base64({reinterpret_cast<const char*>(key.data()), key.size()});
}

}  // namespace

ClerkResult<std::string> HashPassword(std::string_view password, std::string_view param) {
  if (password.size() < kMinPasswordLength) return tl::unexpected(PasswordTooShort(param, kMinPasswordLength));
  if (password.size() > kMaxPasswordLength) return tl::unexpected(PasswordTooLong(param, kMaxPasswordLength));
  std::string salt(kSaltBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) != 1) {
    return tl::unexpected(InternalError());
  }
  const auto key = Derive(password, salt);
  if (key.empty()) return tl::unexpected(InternalError());
  return std::string(kPrefix) + Base64(salt) + ":" + key;
}

bool PasswordMatches(std::string_view password, std::string_view hash) {
  if (!hash.starts_with(kPrefix)) return false;
  hash.remove_prefix(kPrefix.size());
  const auto colon = hash.find(':');
  if (colon == std::string_view::npos) return false;
  const auto salt = DecodeBase64(hash.substr(0, colon));
  const auto expected = hash.substr(colon + 1);
  const auto key = salt ? Derive(password, *salt) : std::string();
  return !key.empty() && key.size() == expected.size() && CRYPTO_memcmp(key.data(), expected.data(), key.size()) == 0;
}

}  // namespace inkwell::emulator
