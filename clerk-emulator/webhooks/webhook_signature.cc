#include "clerk-emulator/webhooks/webhook_signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "clerk-emulator/base/encoding.h"

namespace inkwell::emulator {

std::optional<std::string> WebhookKey(std::string_view secret) {
  constexpr std::string_view kPrefix = "whsec_";
  if (secret.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  auto key = DecodeBase64(secret.substr(kPrefix.size()));
  if (!key || key->empty()) return std::nullopt;
  return key;
}

std::string SignWebhook(std::string_view key, std::string_view id, std::int64_t timestamp_seconds, std::string_view body) {
  std::string signed_bytes(id);
  signed_bytes += "." + std::to_string(timestamp_seconds) + ".";
  signed_bytes += body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(signed_bytes.data()),
       signed_bytes.size(), mac.data(), &size);
  return "v1," + Base64({reinterpret_cast<const char*>(mac.data()), size});
}

}  // namespace inkwell::emulator
