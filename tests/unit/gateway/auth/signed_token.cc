#include "tests/unit/gateway/auth/signed_token.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <vector>

namespace inkwell::gateway {
namespace {

std::string Base64Url(std::string_view bytes) {
  std::vector<unsigned char> text(bytes.size() / 3 * 4 + 5);
  const int length =
      EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  std::string out(text.begin(), text.begin() + length);
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

}  // namespace

struct TokenSigner::Key {
  EVP_PKEY* pkey = EVP_RSA_gen(2048);
  ~Key() { EVP_PKEY_free(pkey); }
};

TokenSigner::TokenSigner() : key_(std::make_unique<Key>()) {}
TokenSigner::~TokenSigner() = default;

std::string TokenSigner::PublicKeyPem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key_->pkey);
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(length));
  BIO_free(bio);
  return pem;
}

std::string TokenSigner::Sign(std::string_view header, std::string_view claims) const {
  const std::string text = Base64Url(header) + "." + Base64Url(claims);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::size_t length = 0;
  std::vector<unsigned char> signature;
  if (EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_->pkey) == 1) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    EVP_DigestSign(context, nullptr, &length, bytes, text.size());
    signature.resize(length);
    EVP_DigestSign(context, signature.data(), &length, bytes, text.size());
  }
  EVP_MD_CTX_free(context);
  return text + "." + Base64Url(std::string_view(reinterpret_cast<const char*>(signature.data()), length));
}

}  // namespace inkwell::gateway
