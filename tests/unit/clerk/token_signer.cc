#include "tests/unit/clerk/token_signer.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <utility>
#include <vector>

namespace clerk::testing {
namespace {

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string NumberBytes(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::vector<unsigned char> bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, bytes.data());
  BN_free(number);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TokenSigner::TokenSigner(std::string kid, int bits) : kid_(std::move(kid)), key_(EVP_RSA_gen(static_cast<unsigned int>(bits))) {}

TokenSigner::~TokenSigner() { EVP_PKEY_free(key_); }

const TokenSigner& TokenSigner::First() {
  static const TokenSigner signer("ins_first");
  return signer;
}

const TokenSigner& TokenSigner::Second() {
  static const TokenSigner signer("ins_second");
  return signer;
}

std::string TokenSigner::Sign(const nlohmann::json& claims) const {
  const nlohmann::json header = {{"alg", "RS256"}, {"typ", "JWT"}, {"kid", kid_}};
  return SignParts(header.dump(), claims.dump());
}

std::string TokenSigner::SignParts(std::string_view header, std::string_view payload) const {
  const std::string input = Base64Url(header) + "." + Base64Url(payload);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_);
  std::size_t size = 0;
  EVP_DigestSign(context, nullptr, &size, Bytes(input), input.size());
  std::vector<unsigned char> signature(size);
  EVP_DigestSign(context, signature.data(), &size, Bytes(input), input.size());
  EVP_MD_CTX_free(context);
  return input + "." + Base64Url({reinterpret_cast<const char*>(signature.data()), size});
}

std::string TokenSigner::Pem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key_);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

nlohmann::json TokenSigner::Jwk() const {
  return {{"use", "sig"},
          {"kty", "RSA"},
          {"alg", "RS256"},
          {"kid", kid_},
          {"n", Base64Url(NumberBytes(key_, OSSL_PKEY_PARAM_RSA_N))},
          {"e", Base64Url(NumberBytes(key_, OSSL_PKEY_PARAM_RSA_E))}};
}

std::string TokenSigner::Jwks() const { return nlohmann::json{{"keys", {Jwk()}}}.dump(); }

nlohmann::json SessionClaims(std::int64_t now_s) {
  return {{"sub", "user_1"},
          {"sid", "sess_1"},
          {"iss", "https://clerk.example.com"},
          {"azp", "https://app.example.com"},
          {"exp", now_s + 60},
          {"nbf", now_s - 10},
          {"iat", now_s}};
}

std::string Base64(std::string_view bytes) {
  std::vector<unsigned char> out((bytes.size() + 2) / 3 * 4 + 1);
  const int size = EVP_EncodeBlock(out.data(), Bytes(bytes), static_cast<int>(bytes.size()));
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(size)};
}

std::string Base64Url(std::string_view bytes) {
  std::string text = Base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string HmacBase64(std::string_view key, std::string_view message) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(message), message.size(), mac, &size);
  return Base64({reinterpret_cast<const char*>(mac), size});
}

}  // namespace clerk::testing
