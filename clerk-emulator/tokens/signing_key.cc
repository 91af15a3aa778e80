#include "clerk-emulator/tokens/signing_key.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "clerk-emulator/base/durable_file.h"
#include "clerk-emulator/base/encoding.h"

namespace inkwell::emulator {
namespace {

using runtime::Code;
using runtime::Fail;
using runtime::Result;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string Parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return {};
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return Base64Url(bytes);
}

std::string MakeJwks(const EVP_PKEY* key, const std::string& key_id) {
  const nlohmann::json jwk = {{"use", "sig"},
                              {"kty", "RSA"},
                              {"kid", key_id},
                              {"alg", "RS256"},
                              {"n", Parameter(key, OSSL_PKEY_PARAM_RSA_N)},
                              {"e", Parameter(key, OSSL_PKEY_PARAM_RSA_E)}};
  return nlohmann::json{{"keys", nlohmann::json::array({jwk})}}.dump();
}

std::optional<std::string> ToPem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free_all);
  if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return std::nullopt;
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

Key FromPem(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  return Key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr, &EVP_PKEY_free);
}

}  // namespace

SigningKey::SigningKey(EVP_PKEY* key, std::string key_id)
    : key_(key), key_id_(std::move(key_id)), jwks_(MakeJwks(key_, key_id_)) {}

SigningKey::~SigningKey() { EVP_PKEY_free(key_); }

Result<std::unique_ptr<SigningKey>> SigningKey::LoadOrCreate(const std::filesystem::path& directory, std::string key_id) {
  const auto path = directory / "signing-key.pem";
  auto pem = ReadFile(path);
  if (!pem) return tl::unexpected(pem.error());
  Key key(nullptr, &EVP_PKEY_free);
  if (*pem) {
    key = FromPem(**pem);
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
      return Fail(Code::kDataLoss, "KEY_NOT_READABLE", path.string() + " is not an RSA key in PEM.");
    }
  } else {
    key.reset(EVP_RSA_gen(2048));
    const auto text = key ? ToPem(key.get()) : std::nullopt;
    if (!text) return Fail(Code::kInternal, "KEY_NOT_MADE", "OpenSSL could not make the signing key.");
    if (auto written = WriteFileAtomically(path, *text); !written) return tl::unexpected(written.error());
  }
  return std::unique_ptr<SigningKey>(new SigningKey(key.release(), std::move(key_id)));
}

std::string SigningKey::Sign(std::string_view bytes) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) != 1) {
    return {};
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data, bytes.size()) != 1)
    return {};
  signature.resize(size);
  return signature;
}

}  // namespace inkwell::emulator
