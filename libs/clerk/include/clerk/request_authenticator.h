#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clerk/clock.h"
#include "clerk/http_client.h"
#include "clerk/request_state.h"
#include "clerk/result.h"
#include "clerk/token_verifier.h"

namespace clerk {

struct AuthenticateRequestOptions;
class RequestAuthenticator;
namespace request {
struct SharedParts;
Result<RequestAuthenticator> MakeAuthenticator(AuthenticateRequestOptions options, SharedParts parts);
}  // namespace request

// Which tokens may authenticate a request. By default session tokens only; every other choice is explicit.
class AcceptedTokens final {
 public:
  AcceptedTokens() = default;

  // Tokens of one type. Machine tokens come in the Authorization header only.
  [[nodiscard]] static AcceptedTokens Only(TokenType type) { return {Rule::kOne, {type}}; }
  // Tokens of these types. A token of another type leaves the request without a type at all, also in its auth object.
  [[nodiscard]] static AcceptedTokens AnyOf(std::vector<TokenType> types) { return {Rule::kList, std::move(types)}; }
  [[nodiscard]] static AcceptedTokens Any() { return {Rule::kAny, {}}; }

  // The one type; nullopt if there is a choice.
  [[nodiscard]] std::optional<TokenType> single() const;
  [[nodiscard]] bool Contains(TokenType type) const;

 private:
  enum class Rule { kOne, kList, kAny };
  AcceptedTokens(Rule rule, std::vector<TokenType> types) : rule_(rule), types_(std::move(types)) {}

  Rule rule_ = Rule::kOne;
  std::vector<TokenType> types_{TokenType::kSessionToken};
};

// Paths that belong to an organization or to the personal account. Where the session has another one active, a page goes through
// the handshake and comes back with the right one.
//
// Patterns are literal text, `:name` for one segment and `(.*)` for any rest, without regard to case; a slash at the end of the
// path is ignored. `:id` or `:slug` in an organization's pattern names it: "/orgs/:slug", "/orgs/:slug/(.*)".
struct OrganizationSync {
  std::vector<std::string> organization_patterns{};  // looked at first
  std::vector<std::string> personal_account_patterns{};
};

struct AuthenticateRequestOptions {
  std::string publishable_key{};     // pk_…; not needed where only API keys or only machine-to-machine tokens are accepted
  std::string secret_key{};          // sk_…: refreshes tokens, resolves handshake nonces, verifies machine tokens, fetches keys
  std::string machine_secret_key{};  // ak_…: verifies machine-to-machine tokens instead
  // This process has no secret key on purpose: expired sessions are not refreshed but go through the handshake, which then
  // answers with a signed token instead of a nonce; opaque machine tokens cannot be verified. Needs jwt_key or remote_jwks.
  // Unset, a missing secret key is an error, because it is most often a mistake.
  bool without_secret_key = false;

  // The keys that tokens are signed with: the first that is set, else those of the Backend API.
  std::string jwt_key{};
  std::optional<RemoteJwks> remote_jwks{};

  AcceptedTokens accepts{};

  // As in TokenVerifierOptions. `audience` also holds for OAuth tokens, strictly, and for JWTs of machines.
  std::vector<std::string> authorized_parties{};
  std::vector<std::string> audience{};
  std::vector<std::string> issuer{};
  std::chrono::milliseconds clock_skew{5000};
  std::optional<std::vector<std::string>> header_types{};
  std::size_t max_token_bytes = std::size_t{1024} * 1024;
  std::size_t cache_entries = 8192;

  // Where the browser reaches the Frontend API if not at its own host: a URL, or a path on the origin of the request
  // ("/__clerk").
  std::string proxy_url{};
  // A satellite is an application on another domain than the one where people sign in. It needs `domain` or `proxy_url`, and on
  // development instances `sign_in_url`, absolute and of the primary domain.
  bool is_satellite = false;
  std::string domain{};
  std::string sign_in_url{};
  bool satellite_auto_sync = false;  // ask the primary domain on the very first page, too

  OrganizationSync organization_sync{};

  // Believe x-forwarded-host and x-forwarded-proto. Only behind a proxy that overwrites them: they decide where browsers return
  // to.
  bool trust_forwarded_headers = false;

  std::string api_url = "https://api.clerk.com";
  std::string api_version = "v1";
  std::chrono::milliseconds api_timeout{5000};  // of each call of the Backend API
  std::shared_ptr<HttpClient> http{};           // null: MakeHttpClient(); shared with the key source and other clients
  const Clock* clock = nullptr;                 // null: Clock::System(); must outlive the authenticator
};

// Name in any case, value.
using HeaderView = std::pair<std::string_view, std::string_view>;

// A request as the server sees it. Views: nothing is kept.
struct IncomingRequest {
  std::string_view method = "GET";
  std::string_view url{};  // absolute; scheme and host as far as the server knows them, for headers have their say
  std::span<const HeaderView> headers{};
};

// Says who makes a request, as `authenticateRequest` of Clerk's SDKs does: by bearer or cookies, plain and suffixed; with the dev
// browser of development instances, the handshake and its guard against loops, satellites, refresh, organization sync and
// machine tokens. Fails closed: whatever is not proven is signed out.
//
// Thread-safe: one authenticator serves all threads of a process.
class RequestAuthenticator final {
 public:
  // Fails with kPublishableKeyInvalid, kConfigurationInvalid, or what TokenVerifier::Create fails with. Does no I/O.
  static Result<RequestAuthenticator> Create(AuthenticateRequestOptions options);

  RequestAuthenticator(RequestAuthenticator&&) noexcept;
  RequestAuthenticator& operator=(RequestAuthenticator&&) noexcept;
  ~RequestAuthenticator();

  // May call Clerk: for keys, to refresh, to resolve a nonce, to verify an opaque token. Takes up to api_timeout for each of
  // them.
  //
  // An error is no verdict on the user: kRequestInvalid and kHandshakeInvalid are the client's (answer 400),
  // kConfigurationInvalid is the operator's (answer 500).
  [[nodiscard]] Result<RequestState> Authenticate(const IncomingRequest& request) const;

  // Never waits: nullopt if the answer needs a call. For event loops; call Authenticate on a worker thread then.
  [[nodiscard]] std::optional<Result<RequestState>> TryAuthenticate(const IncomingRequest& request) const;

  // Fetches the keys if they are due, as TokenVerifier::LoadKeys does: call it at start and then every few seconds.
  [[nodiscard]] Result<void> LoadKeys() const;
  [[nodiscard]] TokenVerifierStats stats() const;

 private:
  class Impl;
  friend Result<RequestAuthenticator> request::MakeAuthenticator(AuthenticateRequestOptions options, request::SharedParts parts);
  explicit RequestAuthenticator(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace clerk
