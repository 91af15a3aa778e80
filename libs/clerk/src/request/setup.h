#pragma once

#include <memory>
#include <optional>
#include <string>

#include "clerk/publishable_key.h"
#include "clerk/request_authenticator.h"
#include "clerk/token_verifier.h"
#include "request/backend_calls.h"
#include "request/organization_target.h"
#include "request/request_cookies.h"
#include "request/request_view.h"
#include "tokens/key_source.h"

namespace clerk::request {

// What an authenticator knows before any request. Immutable but for what the verifier remembers.
struct Setup {
  AuthenticateRequestOptions options;
  const Clock& clock;
  std::optional<PublishableKey> key;      // absent if only API keys or machine-to-machine tokens are accepted
  CookieOwner owner;                      // of the key
  std::optional<TokenVerifier> verifier;  // absent without any key, which only machine-to-machine tokens allow
  BackendCalls backend;
  OrganizationMatcher organizations;

  [[nodiscard]] bool is_development() const { return key && key->instance_type() == InstanceType::kDevelopment; }
};

// The keys behind the Backend API; `http` is left to the caller.
[[nodiscard]] RemoteJwks BackendKeys(const std::string& api_url, const std::string& api_version, const std::string& secret_key);

// What the authenticators of one client share. Of what is null, an authenticator makes its own.
struct SharedParts {
  std::shared_ptr<const api::Requester> requester{};
  std::shared_ptr<tokens::KeySource> keys{};
};

// Fails as RequestAuthenticator::Create.
[[nodiscard]] Result<Setup> MakeSetup(AuthenticateRequestOptions options, SharedParts parts);

// One request on its way through the rules.
struct Attempt {
  const Setup& setup;
  const IncomingRequest& request;
  const RequestView& view;
  bool may_wait;  // whether Clerk may be called
};

// The end of the way; nullopt if it lies behind a call that may not be made.
using Outcome = std::optional<Result<RequestState>>;

}  // namespace clerk::request
