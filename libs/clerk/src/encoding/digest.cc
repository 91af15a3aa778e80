#include "encoding/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstddef>
#include <memory>

namespace clerk::encoding {
namespace {

struct FreeMacContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

// A context for HMAC-SHA256 without a key, to be duplicated: setting one up by name is dearer than hashing a webhook.
const EVP_MAC_CTX* HmacTemplate() {
  static const EVP_MAC_CTX* const context = [] {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    EVP_MAC_CTX* created = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    EVP_MAC_CTX_set_params(created, params);
    return created;
  }();
  return context;
}

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string Sha1(std::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), Bytes(digest), &size, EVP_sha1(), nullptr) != 1) size = 0;
  digest.resize(size);
  return digest;
}

std::string HmacSha256(std::string_view key, std::initializer_list<std::string_view> pieces) {
  const std::unique_ptr<EVP_MAC_CTX, FreeMacContext> context(EVP_MAC_CTX_dup(HmacTemplate()));
  if (!context || EVP_MAC_init(context.get(), Bytes(key), key.size(), nullptr) != 1) return {};
  for (const auto piece : pieces) {
    if (EVP_MAC_update(context.get(), Bytes(piece), piece.size()) != 1) return {};
  }
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  if (EVP_MAC_final(context.get(), Bytes(mac), &size, mac.size()) != 1) return {};
  mac.resize(size);
  return mac;
}

bool EqualsInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace clerk::encoding
