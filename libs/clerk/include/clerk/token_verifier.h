#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/clock.h"
#include "clerk/http_client.h"
#include "clerk/result.h"
#include "clerk/session_token.h"

namespace clerk {

class TokenVerifier;
struct TokenVerifierOptions;
namespace tokens {
class KeySource;
TokenVerifier VerifierWith(const TokenVerifierOptions& options, std::shared_ptr<KeySource> keys);
KeySource& KeysOf(const TokenVerifier& verifier);
Result<SessionToken> VerifyWithSkew(const TokenVerifier& verifier, std::string_view token, std::chrono::milliseconds skew);
}  // namespace tokens

// A key set that is fetched: the Backend API's `<api url>/v1/jwks` with the secret key as bearer, or the Frontend API's public
// `https://<host>/.well-known/jwks.json` without one.
struct RemoteJwks {
  std::string url{};
  std::string bearer{};
  std::shared_ptr<HttpClient> http{};  // null: MakeHttpClient()

  std::chrono::milliseconds fresh_for{std::chrono::minutes(5)};
  // LoadKeys fetches again from this age on, so that no request ever waits for a fetch.
  std::chrono::milliseconds refresh_after{std::chrono::minutes(4)};
  // For how long keys that are no longer fresh still serve while they cannot be fetched. Zero fails closed at once, as Clerk's
  // SDKs do (contract, sections 4.2 and 12.2).
  std::chrono::milliseconds outage_grace{0};
  // An unknown `kid` (which an attacker chooses) causes at most one fetch in this time.
  std::chrono::milliseconds unknown_kid_interval{std::chrono::seconds(30)};
  // After a failed load the next one waits this long; meanwhile the old keys or the error serve.
  std::chrono::milliseconds failure_pause{std::chrono::seconds(2)};

  std::chrono::milliseconds attempt_timeout{2000};
  int max_attempts = 3;  // pauses of 125 ms, doubling, times a random factor in [1, 2)
  std::size_t max_response_bytes = std::size_t{256} * 1024;
};

struct TokenVerifierOptions {
  // Exactly one key source is used: the first one that is set.
  std::string jwt_key{};                    // RSA public key, PEM with or without armour; no network is used
  std::string jwks_json{};                  // a key set that never changes: {"keys":[…]}
  std::optional<RemoteJwks> remote_jwks{};  // a key set that is fetched and cached

  // What `azp` must be one of, compared byte by byte. Empty: not checked, so that a page of any origin may have asked for the
  // token. Set it in production.
  std::vector<std::string> authorized_parties{};
  // What `aud` must contain one of. Empty: not checked. A token without `aud` always passes, as in Clerk's SDKs.
  std::vector<std::string> audience{};
  // What `iss` must be one of, for example "https://clerk.example.com". Empty: not checked.
  std::vector<std::string> issuer{};
  // Allowed difference of clocks. Zero and negative values are honoured.
  std::chrono::milliseconds clock_skew{5000};
  // Accepted header types. Absent: "JWT" or no type. Given: one of these, and an absent type fails.
  std::optional<std::vector<std::string>> header_types{};
  // A longer token is token-invalid, unread.
  std::size_t max_token_bytes = std::size_t{1024} * 1024;
  // How many verified tokens are remembered; 0 turns the cache off. A remembered token costs about 2 KB.
  std::size_t cache_entries = 8192;

  const Clock* clock = nullptr;  // null: Clock::System(); must outlive the verifier
};

struct TokenVerifierStats {
  std::uint64_t cache_hits = 0;
  std::uint64_t cache_misses = 0;
  std::uint64_t key_loads = 0;          // completed fetches of the key set
  std::uint64_t key_load_failures = 0;  // fetches given up
};

// Verifies session tokens: RS256, RS384, RS512 over Clerk's claims, in the order of checks of Clerk's SDKs. Keys are parsed
// once; verdicts of valid tokens are remembered, never beyond `exp` (plus clock_skew) and never beyond a change of the keys.
//
// Thread-safe: one verifier serves all threads of a process.
class TokenVerifier final {
 public:
  // Fails with kJwkFailedToResolve without a key source, kTokenVerificationFailed for a key that is not an RSA public key of
  // at least 2048 bits, kConfigurationInvalid for a bad URL. Does no I/O.
  static Result<TokenVerifier> Create(const TokenVerifierOptions& options);

  TokenVerifier(TokenVerifier&&) noexcept;
  TokenVerifier& operator=(TokenVerifier&&) noexcept;
  ~TokenVerifier();

  // May fetch the key set, and then takes up to max_attempts * attempt_timeout and the pauses. Concurrent callers share one
  // fetch.
  [[nodiscard]] Result<SessionToken> Verify(std::string_view token) const;

  // Never waits: nullopt if the verdict needs a fetch. For event loops; call Verify on a worker thread then.
  [[nodiscard]] std::optional<Result<SessionToken>> TryVerify(std::string_view token) const;

  // Fetches the key set if it is older than refresh_after or was never loaded. Call it at start and then every few seconds
  // from a worker: TryVerify then answers all but unknown keys. Succeeds at once for keys that need no network.
  [[nodiscard]] Result<void> LoadKeys() const;

  [[nodiscard]] TokenVerifierStats stats() const;

 private:
  class Impl;
  friend TokenVerifier tokens::VerifierWith(const TokenVerifierOptions& options, std::shared_ptr<tokens::KeySource> keys);
  friend tokens::KeySource& tokens::KeysOf(const TokenVerifier& verifier);
  friend Result<SessionToken> tokens::VerifyWithSkew(const TokenVerifier& verifier, std::string_view token,
                                                     std::chrono::milliseconds skew);
  explicit TokenVerifier(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// One verdict without a verifier, with exactly the order of checks of `verifyToken` in Clerk's SDKs: a malformed token is
// reported before a missing or unusable key. For tools; a server keeps a TokenVerifier.
[[nodiscard]] Result<SessionToken> VerifyToken(std::string_view token, const TokenVerifierOptions& options);

}  // namespace clerk
