#include "request/setup.h"

#include <utility>

#include "api/requester.h"
#include "request/url.h"
#include "tokens/verifier_keys.h"

namespace clerk::request {
namespace {

constexpr int kBackendKeyAttempts = 5;  // contract, section 4.2

Error Invalid(const char* message) { return {ErrorReason::kConfigurationInvalid, message}; }

bool IsHeaderValue(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos; }

bool AcceptsOnly(const AuthenticateRequestOptions& options, TokenType type) { return options.accepts.single() == type; }

bool NeedsPublishableKey(const AuthenticateRequestOptions& options) {
  return !AcceptsOnly(options, TokenType::kApiKey) && !AcceptsOnly(options, TokenType::kM2mToken);
}

bool HasKeys(const AuthenticateRequestOptions& options) { return !options.jwt_key.empty() || options.remote_jwks; }

Result<void> CheckSecrets(const AuthenticateRequestOptions& options) {
  if (!IsHeaderValue(options.secret_key) || !IsHeaderValue(options.machine_secret_key)) {
    return Invalid("A secret key has a line break in it.");
  }
  if (!options.secret_key.empty()) return {};
  if (AcceptsOnly(options, TokenType::kM2mToken) && !options.machine_secret_key.empty()) return {};
  if (!options.without_secret_key) {
    return Invalid("The secret key is missing. Set secret_key, or without_secret_key if this process shall have none.");
  }
  if (!HasKeys(options)) return Invalid("Without a secret key, jwt_key or remote_jwks must say where the keys come from.");
  return {};
}

bool IsDevelopment(const AuthenticateRequestOptions& options, const std::optional<PublishableKey>& key) {
  if (options.secret_key.empty()) return key && key->instance_type() == InstanceType::kDevelopment;
  return options.secret_key.starts_with("sk_test_") || options.secret_key.starts_with("test_");
}

Result<void> CheckSatellite(const AuthenticateRequestOptions& options, const std::optional<PublishableKey>& key) {
  if (!options.is_satellite || AcceptsOnly(options, TokenType::kM2mToken)) return {};
  if (options.sign_in_url.empty() && IsDevelopment(options, key)) {
    return Invalid("A satellite of a development instance needs the sign_in_url of its primary application.");
  }
  if (options.domain.empty() && options.proxy_url.empty()) return Invalid("A satellite needs domain or proxy_url.");
  return {};
}

Result<std::optional<PublishableKey>> ReadKey(const AuthenticateRequestOptions& options) {
  if (!NeedsPublishableKey(options)) return std::optional<PublishableKey>();
  auto key = PublishableKey::Parse(options.publishable_key, {options.proxy_url, options.domain, options.is_satellite});
  if (!key) return key.error();
  return std::optional(*std::move(key));
}

// A token names the Frontend API itself as its issuer, even where browsers reach that through a proxy.
CookieOwner OwnerOf(const AuthenticateRequestOptions& options, const std::optional<PublishableKey>& key) {
  if (!key) return {};
  const auto without_proxy = PublishableKey::Parse(key->text(), {{}, options.domain, options.is_satellite});
  return {key->cookie_suffix(), without_proxy ? without_proxy->frontend_api() : key->host(), key->instance_type()};
}

TokenVerifierOptions VerifierOptions(const AuthenticateRequestOptions& options) {
  TokenVerifierOptions verifier;
  verifier.jwt_key = options.jwt_key;
  verifier.remote_jwks = options.remote_jwks;
  if (!HasKeys(options)) verifier.remote_jwks = BackendKeys(options.api_url, options.api_version, options.secret_key);
  if (verifier.remote_jwks && verifier.remote_jwks->http == nullptr) verifier.remote_jwks->http = options.http;
  verifier.authorized_parties = options.authorized_parties;
  verifier.audience = options.audience;
  verifier.issuer = options.issuer;
  verifier.clock_skew = options.clock_skew;
  verifier.header_types = options.header_types;
  verifier.max_token_bytes = options.max_token_bytes;
  verifier.cache_entries = options.cache_entries;
  verifier.clock = options.clock;
  return verifier;
}

Result<std::optional<TokenVerifier>> MakeVerifier(const AuthenticateRequestOptions& options,
                                                  std::shared_ptr<tokens::KeySource> shared_keys) {
  if (!HasKeys(options) && options.secret_key.empty()) return std::optional<TokenVerifier>();
  auto verifier = VerifierOptions(options);
  if (shared_keys != nullptr) return std::optional(tokens::VerifierWith(verifier, std::move(shared_keys)));
  auto made = TokenVerifier::Create(std::move(verifier));
  if (!made) return made.error();
  return std::optional(*std::move(made));
}

std::shared_ptr<const api::Requester> MakeRequester(const AuthenticateRequestOptions& options, const Clock& clock) {
  BackendClientOptions backend;
  backend.secret_key = options.secret_key;
  backend.machine_secret_key = options.machine_secret_key;
  backend.api_url = options.api_url;
  backend.api_version = options.api_version;
  backend.http = options.http;
  backend.clock = &clock;
  return std::make_shared<const api::Requester>(std::move(backend));
}

}  // namespace

RemoteJwks BackendKeys(const std::string& api_url, const std::string& api_version, const std::string& secret_key) {
  RemoteJwks remote;
  remote.url = api_url + "/" + api_version + "/jwks";
  remote.bearer = secret_key;
  remote.max_attempts = kBackendKeyAttempts;
  return remote;
}

Result<Setup> MakeSetup(AuthenticateRequestOptions options, SharedParts parts) {
  if (options.http == nullptr) options.http = MakeHttpClient();
  while (options.api_url.ends_with('/')) options.api_url.pop_back();
  if (!Url::Parse(options.api_url)) return Invalid("The URL of the Backend API is no http or https URL.");
  if (!options.proxy_url.empty() && !options.proxy_url.starts_with('/') && !Url::Parse(options.proxy_url)) {
    return Invalid("proxy_url is neither an http or https URL nor a path.");
  }

  auto key = ReadKey(options);
  if (!key) return key.error();
  if (auto secrets = CheckSecrets(options); !secrets) return secrets.error();
  if (auto satellite = CheckSatellite(options, *key); !satellite) return satellite.error();
  auto organizations = OrganizationMatcher::Create(options.organization_sync);
  if (!organizations) return organizations.error();
  auto verifier = MakeVerifier(options, std::move(parts.keys));
  if (!verifier) return verifier.error();

  const Clock& clock = options.clock != nullptr ? *options.clock : Clock::System();
  CookieOwner owner = OwnerOf(options, *key);
  if (parts.requester == nullptr) parts.requester = MakeRequester(options, clock);
  BackendCalls backend(std::move(parts.requester), options.api_timeout);
  return Setup{std::move(options),       clock, *std::move(key), std::move(owner), *std::move(verifier), std::move(backend),
               *std::move(organizations)};
}

}  // namespace clerk::request
