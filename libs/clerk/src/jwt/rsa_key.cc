#include "jwt/rsa_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <atomic>
#include <climits>
#include <cstddef>

namespace clerk::jwt {
namespace {

// Below 2048 bits RFC 7518 forbids the key; above 8192 one signature costs a millisecond and more.
constexpr int kMinBits = 2048;
constexpr int kMaxBits = 8192;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using ParamsBuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Fetched once and kept for the life of the process: a look-up by name costs more than hashing a token.
const EVP_MD* Digest(Algorithm algorithm) {
  static const std::array<const EVP_MD*, 3> digests = {EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                       EVP_MD_fetch(nullptr, "SHA384", nullptr),
                                                       EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  return digests[static_cast<std::size_t>(algorithm)];
}

// The thread's own duplicate of the context that it used last. Nearly all tokens are signed by one key, and a duplicate per
// verification would cost half a microsecond. It keeps what it needs of the key alive by itself.
struct ThreadContext {
  std::uint64_t key_id = 0;
  Algorithm algorithm = Algorithm::kRs256;
  KeyContextPtr context;
};

NumberPtr Number(std::string_view bytes) { return NumberPtr(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr)); }

}  // namespace

std::optional<Algorithm> ParseAlgorithm(std::string_view name) {
  if (name == "RS256") return Algorithm::kRs256;
  if (name == "RS384") return Algorithm::kRs384;
  if (name == "RS512") return Algorithm::kRs512;
  return std::nullopt;
}

std::shared_ptr<const RsaKey> RsaKey::FromSubjectPublicKeyInfo(std::string_view der) {
  if (der.size() > LONG_MAX) return nullptr;
  const unsigned char* position = Bytes(der);
  const KeyPtr key(d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())));
  const bool whole = position == Bytes(der) + der.size();
  auto result = whole ? FromKey(key.get()) : nullptr;
  if (!result) ERR_clear_error();
  return result;
}

std::shared_ptr<const RsaKey> RsaKey::FromModulus(std::string_view modulus, std::string_view exponent) {
  constexpr std::size_t kMaxBytes = kMaxBits / 8 + 1;
  if (modulus.empty() || exponent.empty() || modulus.size() > kMaxBytes || exponent.size() > kMaxBytes) return nullptr;
  const NumberPtr n = Number(modulus);
  const NumberPtr e = Number(exponent);
  const ParamsBuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return nullptr;
  }
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* raw = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  const KeyPtr key(raw);
  auto result = FromKey(key.get());
  if (!result) ERR_clear_error();
  return result;
}

std::shared_ptr<const RsaKey> RsaKey::FromKey(EVP_PKEY* key) {
  if (key == nullptr || EVP_PKEY_is_a(key, "RSA") != 1) return nullptr;
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kMinBits || bits > kMaxBits) return nullptr;
  static std::atomic<std::uint64_t> last_id{0};
  std::shared_ptr<RsaKey> result(new RsaKey());
  result->id_ = ++last_id;
  for (const auto algorithm : {Algorithm::kRs256, Algorithm::kRs384, Algorithm::kRs512}) {
    EVP_PKEY_CTX*& context = result->contexts_[static_cast<std::size_t>(algorithm)];
    context = EVP_PKEY_CTX_new(key, nullptr);
    if (context == nullptr || EVP_PKEY_verify_init(context) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context, Digest(algorithm)) != 1) {
      return nullptr;
    }
  }
  return result;
}

RsaKey::~RsaKey() {
  for (EVP_PKEY_CTX* context : contexts_) EVP_PKEY_CTX_free(context);
}

bool RsaKey::Verify(Algorithm algorithm, std::string_view message, std::string_view signature) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int digest_size = 0;
  thread_local const DigestContextPtr hash(EVP_MD_CTX_new());
  if (!hash || EVP_DigestInit_ex2(hash.get(), Digest(algorithm), nullptr) != 1 ||
      EVP_DigestUpdate(hash.get(), message.data(), message.size()) != 1 ||
      EVP_DigestFinal_ex(hash.get(), digest.data(), &digest_size) != 1) {
    return false;
  }
  thread_local ThreadContext last;
  if (last.key_id != id_ || last.algorithm != algorithm) {
    last = {id_, algorithm, KeyContextPtr(EVP_PKEY_CTX_dup(contexts_[static_cast<std::size_t>(algorithm)]))};
  }
  if (!last.context) {
    last.key_id = 0;
    return false;
  }
  const bool valid = EVP_PKEY_verify(last.context.get(), Bytes(signature), signature.size(), digest.data(), digest_size) == 1;
  // A refusal leaves entries in the thread's error queue, which others would read as theirs.
  if (!valid) ERR_clear_error();
  return valid;
}

}  // namespace clerk::jwt
