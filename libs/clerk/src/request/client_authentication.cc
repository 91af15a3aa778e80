#include "request/client_authentication.h"

#include <string>
#include <utility>

#include "api/requester.h"
#include "clerk/publishable_key.h"
#include "request/machine_jwt.h"
#include "tokens/token_class.h"
#include "tokens/verifier_keys.h"

namespace clerk::request {
namespace {

void Fill(std::string& member, const std::string& fallback) {
  if (member.empty()) member = fallback;
}

bool HasKeySource(const TokenVerifierOptions& options) {
  return !options.jwt_key.empty() || !options.jwks_json.empty() || options.remote_jwks;
}

Result<std::shared_ptr<tokens::KeySource>> MakeKeys(const BackendClientOptions& client) {
  using Keys = std::shared_ptr<tokens::KeySource>;
  if (client.jwt_key.empty() && client.secret_key.empty()) return Keys();
  TokenVerifierOptions options;
  options.jwt_key = client.jwt_key;
  options.remote_jwks = BackendKeys(client.api_url, client.api_version, client.secret_key);
  options.remote_jwks->http = client.http;
  options.clock = client.clock;
  return tokens::MakeKeySource(options);
}

}  // namespace

Result<std::shared_ptr<const ClientAuthentication>> ClientAuthentication::Create(
    std::shared_ptr<const api::Requester> requester) {
  const BackendClientOptions& client = requester->options();
  if (!client.publishable_key.empty()) {
    const auto key = PublishableKey::Parse(client.publishable_key);
    if (!key) return key.error();
  }
  if (auto key = tokens::CheckJwtKey(client.jwt_key); !key) return key.error();
  auto keys = MakeKeys(client);
  if (!keys) return keys.error();
  return std::shared_ptr<const ClientAuthentication>(new ClientAuthentication(std::move(requester), *std::move(keys)));
}

AuthenticateRequestOptions ClientAuthentication::WithDefaults(AuthenticateRequestOptions options) const {
  const BackendClientOptions& client = requester_->options();
  if (!options.without_secret_key) Fill(options.secret_key, client.secret_key);
  Fill(options.machine_secret_key, client.machine_secret_key);
  if (!options.remote_jwks) Fill(options.jwt_key, client.jwt_key);
  Fill(options.publishable_key, client.publishable_key);
  Fill(options.proxy_url, client.proxy_url);
  Fill(options.domain, client.domain);
  options.is_satellite = options.is_satellite || client.is_satellite;
  if (options.audience.empty()) options.audience = client.audience;
  options.api_url = client.api_url;
  options.api_version = client.api_version;
  if (options.http == nullptr) options.http = client.http;
  if (options.clock == nullptr) options.clock = client.clock;
  return options;
}

Result<RequestAuthenticator> ClientAuthentication::MakeAuthenticator(AuthenticateRequestOptions options) const {
  options = WithDefaults(std::move(options));
  const BackendClientOptions& client = requester_->options();
  const bool same_secrets = options.secret_key == client.secret_key && options.machine_secret_key == client.machine_secret_key;
  const bool same_keys = options.jwt_key == client.jwt_key && !options.remote_jwks &&
                         (!options.jwt_key.empty() || options.secret_key == client.secret_key);
  SharedParts shared;
  if (same_secrets && options.http == client.http) shared.requester = requester_;
  if (same_keys) shared.keys = keys_;
  return request::MakeAuthenticator(std::move(options), std::move(shared));
}

Result<RequestState> ClientAuthentication::Authenticate(const IncomingRequest& request) const {
  std::call_once(own_made_, [this] { own_.emplace(MakeAuthenticator({})); });
  if (!*own_) return own_->error();
  return (**own_).Authenticate(request);
}

Result<RequestState> ClientAuthentication::Authenticate(const IncomingRequest& request,
                                                        AuthenticateRequestOptions options) const {
  options.cache_entries = 0;  // nobody would ask again
  const auto authenticator = MakeAuthenticator(std::move(options));
  if (!authenticator) return authenticator.error();
  return authenticator->Authenticate(request);
}

Result<SessionToken> ClientAuthentication::VerifyToken(std::string_view token, TokenVerifierOptions options) const {
  const BackendClientOptions& client = requester_->options();
  if (options.audience.empty()) options.audience = client.audience;
  if (options.clock == nullptr) options.clock = client.clock;
  if (options.remote_jwks && options.remote_jwks->http == nullptr) options.remote_jwks->http = client.http;
  if (HasKeySource(options)) return clerk::VerifyToken(token, options);
  return tokens::VerifyTokenWith(keys_.get(), token, options);
}

std::optional<Result<MachineToken>> ClientAuthentication::VerifyM2mJwt(std::string_view token) const {
  const std::size_t max_bytes = TokenVerifierOptions().max_token_bytes;
  if (token.size() > max_bytes || !LooksLikeJwt(token)) return std::nullopt;
  const auto decoded = jwt::DecodeJwt(token);
  if (!decoded || !tokens::IsM2mToken(*decoded)) return std::nullopt;
  return VerifyMachineJwt({keys_.get()}, *decoded, {}, requester_->options().clock->Now());
}

}  // namespace clerk::request
