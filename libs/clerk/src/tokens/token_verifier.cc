#include "clerk/token_verifier.h"

#include <atomic>
#include <utility>

#include "jwt/decoded_jwt.h"
#include "jwt/verification_key.h"
#include "tokens/claim_rules.h"
#include "tokens/key_source.h"
#include "tokens/remote_key_source.h"
#include "tokens/session_token_data.h"
#include "tokens/token_class.h"
#include "tokens/verified_token_cache.h"
#include "tokens/verifier_keys.h"

namespace clerk {
namespace {

using jwt::DecodedJwt;
using tokens::ClaimRules;
using tokens::FoundKey;

using DataPtr = std::shared_ptr<const SessionToken::Data>;

Error Fail(ErrorReason reason, const char* message) { return {reason, message}; }

const Clock& ClockOf(const TokenVerifierOptions& options) { return options.clock ? *options.clock : Clock::System(); }

ClaimRules RulesOf(const TokenVerifierOptions& options) {
  return {options.authorized_parties, options.audience, options.issuer, options.clock_skew, options.header_types};
}

// Checks 1 to 3: what can be said without a key.
Result<DecodedJwt> Decode(std::string_view token, std::size_t max_bytes) {
  if (token.size() > max_bytes) return Fail(ErrorReason::kTokenInvalid, "The token is too long.");
  auto decoded = jwt::DecodeJwt(token);
  if (!decoded) return decoded;
  if (auto category = tokens::CheckCategory(*decoded); !category) return category.error();
  return decoded;
}

std::optional<std::string_view> KeyIdOf(const DecodedJwt& token) { return token.Header("kid").string(); }

std::optional<std::string> Text(const encoding::JsonValue& value) {
  const auto text = value.string();
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

// Takes the claims out of the token.
DataPtr MakeData(DecodedJwt& token, const tokens::TimeWindow& times) {
  auto data = std::make_shared<SessionToken::Data>();
  data->user_id = *token.Claim("sub").string();
  data->session_id = Text(token.Claim("sid"));
  data->key_id = KeyIdOf(token).value_or("");
  data->issuer = Text(token.Claim("iss"));
  data->authorized_party = Text(token.Claim("azp"));
  data->pending = token.Claim("sts").string() == "pending";
  data->session_class = tokens::IsSessionToken(token);
  data->times = times;
  data->claims = std::move(token.claims);
  return data;
}

// Checks 6 to 16.
Result<DataPtr> VerifyWithKey(DecodedJwt& token, const jwt::VerificationKey& key, const ClaimRules& rules,
                              std::chrono::system_clock::time_point now) {
  if (auto type = tokens::CheckType(token, rules); !type) return type.error();
  if (auto signature = jwt::VerifySignature(token.jws, key); !signature) return signature.error();
  const auto times = tokens::CheckClaims(token, rules, now);
  if (!times) return times.error();
  return MakeData(token, *times);
}

bool IsHttpUrl(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

bool IsHeaderValue(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos; }

Error NoKeySource() { return Fail(ErrorReason::kJwkFailedToResolve, "No key to verify tokens with is configured."); }

}  // namespace

class TokenVerifier::Impl final {
 public:
  Impl(const TokenVerifierOptions& options, std::shared_ptr<tokens::KeySource> keys)
      : clock_(ClockOf(options)),
        rules_(RulesOf(options)),
        max_token_bytes_(options.max_token_bytes),
        keys_(std::move(keys)),
        cache_(options.cache_entries) {}

  Result<SessionToken> Verify(std::string_view token) {
    if (auto data = Remembered(token)) return SessionToken(std::move(data));
    auto decoded = Decode(token, max_token_bytes_);
    if (!decoded) return decoded.error();
    return VerifyAndRemember(token, *decoded, keys_->Find(KeyIdOf(*decoded)));
  }

  std::optional<Result<SessionToken>> TryVerify(std::string_view token) {
    if (auto data = Remembered(token)) return Result<SessionToken>(SessionToken(std::move(data)));
    auto decoded = Decode(token, max_token_bytes_);
    if (!decoded) return Result<SessionToken>(decoded.error());
    const auto found = keys_->TryFind(KeyIdOf(*decoded));
    if (!found) return std::nullopt;
    return VerifyAndRemember(token, *decoded, *found);
  }

  Result<void> LoadKeys() { return keys_->Load(); }

  tokens::KeySource& keys() { return *keys_; }

  Result<SessionToken> VerifyWithSkew(std::string_view token, std::chrono::milliseconds skew) {
    auto decoded = Decode(token, max_token_bytes_);
    if (!decoded) return decoded.error();
    const auto found = keys_->Find(KeyIdOf(*decoded));
    if (!found) return found.error();
    ClaimRules rules = rules_;
    rules.clock_skew = skew;
    auto data = VerifyWithKey(*decoded, found->key, rules, clock_.Now());
    if (!data) return data.error();
    return SessionToken(*std::move(data));
  }

  [[nodiscard]] TokenVerifierStats stats() const {
    TokenVerifierStats stats{hits_.load(std::memory_order_relaxed), misses_.load(std::memory_order_relaxed), 0, 0};
    if (const auto* remote = dynamic_cast<const tokens::RemoteKeySource*>(keys_.get())) {
      stats.key_loads = remote->loads();
      stats.key_load_failures = remote->failures();
    }
    return stats;
  }

 private:
  // The data of a token that was verified before with the keys still in use and that is valid now. Whatever else there is to
  // say about a token, the full verification says it.
  DataPtr Remembered(std::string_view token) {
    const auto generation = keys_->Generation();
    if (!generation) return nullptr;
    auto data = cache_.Find(token, *generation);
    if (data == nullptr || data->times.Refuses(clock_.Now(), rules_.clock_skew)) return nullptr;
    hits_.fetch_add(1, std::memory_order_relaxed);
    return data;
  }

  Result<SessionToken> VerifyAndRemember(std::string_view token, DecodedJwt& decoded, const Result<FoundKey>& found) {
    misses_.fetch_add(1, std::memory_order_relaxed);
    if (!found) return found.error();
    auto data = VerifyWithKey(decoded, found->key, rules_, clock_.Now());
    if (!data) return data.error();
    cache_.Insert(token, found->generation, *data);
    return SessionToken(std::move(*data));
  }

  const Clock& clock_;
  const ClaimRules rules_;
  const std::size_t max_token_bytes_;
  const std::shared_ptr<tokens::KeySource> keys_;  // a BackendClient shares its own with the authenticators that it makes
  tokens::VerifiedTokenCache cache_;
  std::atomic<std::uint64_t> hits_{0};
  std::atomic<std::uint64_t> misses_{0};
};

Result<std::shared_ptr<tokens::KeySource>> tokens::MakeKeySource(const TokenVerifierOptions& options) {
  using Source = std::shared_ptr<KeySource>;
  if (!options.jwt_key.empty()) return Source(std::make_shared<SingleKeySource>(jwt::ParsePemKey(options.jwt_key)));
  if (!options.jwks_json.empty()) {
    auto keys = KeySet::Parse(options.jwks_json);
    if (keys == nullptr) return Fail(ErrorReason::kJwkFailedToResolve, "The configured key set has no keys.");
    return Source(std::make_shared<StaticKeySource>(std::move(keys)));
  }
  if (!options.remote_jwks) return NoKeySource();
  RemoteJwks remote = *options.remote_jwks;
  if (!IsHttpUrl(remote.url) || !IsHeaderValue(remote.url)) {
    return Fail(ErrorReason::kConfigurationInvalid, "The URL of the key set is not an http or https URL.");
  }
  if (!IsHeaderValue(remote.bearer)) {
    return Fail(ErrorReason::kConfigurationInvalid, "The secret key has a line break in it.");
  }
  if (remote.http == nullptr) remote.http = MakeHttpClient();
  return Source(std::make_shared<RemoteKeySource>(std::move(remote), ClockOf(options)));
}

Result<void> tokens::CheckJwtKey(std::string_view jwt_key) {
  if (jwt_key.empty() || jwt::ParsePemKey(jwt_key).rsa != nullptr) return {};
  return Fail(ErrorReason::kTokenVerificationFailed, "The JWT key is not an RSA public key of at least 2048 bits in PEM.");
}

Result<TokenVerifier> TokenVerifier::Create(const TokenVerifierOptions& options) {
  if (auto key = tokens::CheckJwtKey(options.jwt_key); !key) return key.error();
  auto keys = tokens::MakeKeySource(options);
  if (!keys) return keys.error();
  return tokens::VerifierWith(options, *std::move(keys));
}

TokenVerifier tokens::VerifierWith(const TokenVerifierOptions& options, std::shared_ptr<KeySource> keys) {
  return TokenVerifier(std::make_unique<TokenVerifier::Impl>(options, std::move(keys)));
}

TokenVerifier::TokenVerifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TokenVerifier::TokenVerifier(TokenVerifier&&) noexcept = default;
TokenVerifier& TokenVerifier::operator=(TokenVerifier&&) noexcept = default;
TokenVerifier::~TokenVerifier() = default;

Result<SessionToken> TokenVerifier::Verify(std::string_view token) const { return impl_->Verify(token); }

std::optional<Result<SessionToken>> TokenVerifier::TryVerify(std::string_view token) const { return impl_->TryVerify(token); }

Result<void> TokenVerifier::LoadKeys() const { return impl_->LoadKeys(); }

tokens::KeySource& tokens::KeysOf(const TokenVerifier& verifier) { return verifier.impl_->keys(); }

Result<SessionToken> tokens::VerifyWithSkew(const TokenVerifier& verifier, std::string_view token,
                                            std::chrono::milliseconds skew) {
  return verifier.impl_->VerifyWithSkew(token, skew);
}

TokenVerifierStats TokenVerifier::stats() const { return impl_->stats(); }

Result<SessionToken> tokens::VerifyTokenWith(KeySource* keys, std::string_view token, const TokenVerifierOptions& options) {
  auto decoded = Decode(token, options.max_token_bytes);
  if (!decoded) return decoded.error();
  if (keys == nullptr) return NoKeySource();
  const auto found = keys->Find(KeyIdOf(*decoded));
  if (!found) return found.error();
  auto data = VerifyWithKey(*decoded, found->key, RulesOf(options), ClockOf(options).Now());
  if (!data) return data.error();
  return SessionToken(std::move(*data));
}

Result<SessionToken> VerifyToken(std::string_view token, const TokenVerifierOptions& options) {
  const auto keys = tokens::MakeKeySource(options);
  if (keys) return tokens::VerifyTokenWith(keys->get(), token, options);
  const auto decoded = Decode(token, options.max_token_bytes);
  return decoded ? keys.error() : decoded.error();
}

}  // namespace clerk
