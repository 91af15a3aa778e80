#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/api/instance.h"
#include "clerk/api/jwks.h"
#include "clerk/api/operations.h"
#include "clerk/api/organizations.h"
#include "clerk/api/sessions.h"
#include "clerk/api/users.h"
#include "clerk/clock.h"
#include "clerk/http_client.h"
#include "clerk/request_authenticator.h"
#include "clerk/request_state.h"
#include "clerk/result.h"
#include "clerk/session_token.h"
#include "clerk/token_verifier.h"

namespace clerk {

namespace request {
class ClientAuthentication;
}

// The options of `createClerkClient` in Clerk's SDKs. There is no telemetry to turn off, and so no sdkMetadata.
struct BackendClientOptions {
  std::string secret_key{};          // sk_live_… or sk_test_…
  std::string machine_secret_key{};  // ak_…: goes before the secret key in the `m2m` operations, and is enough for them
  std::string api_url = "https://api.clerk.com";
  std::string api_version = "v1";
  // The same for the operations on API keys, M2M tokens and OAuth access tokens: Clerk's SDKs call them without a version.
  std::string machine_api_version{};
  std::string user_agent{};  // "": the SDK's own product token

  // What AuthenticateRequest, Authenticator and VerifyToken use where their own options say nothing: as in
  // AuthenticateRequestOptions.
  std::string publishable_key{};  // pk_…
  std::string jwt_key{};          // PEM: tokens are verified without a network; else with the keys of the Backend API
  std::string proxy_url{};
  std::string domain{};
  bool is_satellite = false;
  std::vector<std::string> audience{};

  std::chrono::milliseconds timeout{5000};  // per call, unless the call says otherwise
  std::size_t max_response_bytes = std::size_t{8} * 1024 * 1024;
  // Further attempts after a connection error, a 5xx or (after Retry-After) a 429; for GET, PUT and DELETE only, because a
  // repeated POST or PATCH may act twice. All attempts share the call's time-out.
  int max_retries = 0;

  std::shared_ptr<HttpClient> http{};  // null: MakeHttpClient()
  const Clock* clock = nullptr;        // null: Clock::System(); must outlive the client
};

// Clerk's Backend API. Thread-safe; connections are kept and reused.
//
//   auto client = clerk::BackendClient::Create({.secret_key = key});
//   auto user = client->users().Get("user_…");
//   auto secret = client->Call("machines.rotateSecretKey", R"([{"machineId": "mch_…", "previousTokenTtl": 60}])");
class BackendClient final {
 public:
  // Fails with kConfigurationInvalid (none of secret_key, machine_secret_key and jwt_key; a key that cannot be a header value; a
  // bad URL), kPublishableKeyInvalid or kTokenVerificationFailed (a publishable_key or jwt_key that is none). Does no I/O.
  static Result<BackendClient> Create(BackendClientOptions options);

  [[nodiscard]] const UsersApi& users() const { return users_; }
  [[nodiscard]] const SessionsApi& sessions() const { return sessions_; }
  [[nodiscard]] const OrganizationsApi& organizations() const { return organizations_; }
  [[nodiscard]] const InstanceApi& instance() const { return instance_; }
  [[nodiscard]] const JwksApi& jwks() const { return jwks_; }

  // Any operation of the Backend API, by the name that it has in Clerk's SDKs. `arguments_json` is the JSON array of the
  // arguments that Clerk documents for the method, names in camel case; "[]" if it takes none. (Build it with a JSON library:
  // pasted together from texts of others, it can be made to mean something else.) The result is the JSON of what Clerk's SDK
  // returns: resources with names in camel case, lists as [...] or {"data": [...], "totalCount": n}, "null" for an answer without
  // a body. Names inside metadata and claims are left alone. Types of resources that Clerk's SDK does not know come as Clerk
  // sends them, in snake case.
  [[nodiscard]] ApiResult<std::string> Call(OperationName operation, std::string_view arguments_json = "[]",
                                            const CallOptions& options = {}) const;
  // The same for operations that upload a file: users.updateUserProfileImage, organizations.updateOrganizationLogo and
  // oauthApplications.uploadOAuthApplicationLogo. The file is no member of the arguments.
  [[nodiscard]] ApiResult<std::string> Upload(OperationName operation, std::string_view arguments_json, const UploadFile& file,
                                              const CallOptions& options = {}) const;

  // Says who makes a request: `clerkClient.authenticateRequest`. See RequestAuthenticator, also for the errors. Without options,
  // by those of the client, and verified tokens are remembered.
  //
  // A member of `options` that is given wins over the client's; "" , false and empty lists leave the client's. Not so api_url
  // and api_version, which are always the client's. What is particular to one call is made for it and forgotten; the keys are
  // shared, as long as the options name no others. A server that needs options of its own for all requests keeps an
  // Authenticator.
  [[nodiscard]] Result<RequestState> AuthenticateRequest(const IncomingRequest& request) const;
  [[nodiscard]] Result<RequestState> AuthenticateRequest(const IncomingRequest& request,
                                                         const AuthenticateRequestOptions& options) const;
  // An authenticator by the same rules, to keep: it remembers verified tokens and never waits where its TryAuthenticate is asked.
  // It may outlive the client. Fails as RequestAuthenticator::Create.
  [[nodiscard]] Result<RequestAuthenticator> Authenticator(const AuthenticateRequestOptions& options = {}) const;

  // One verdict on a session token: `verifyToken` with the client's keys and audience, unless the options have their own. May
  // fetch the keys, which are then kept. Errors as TokenVerifier::Verify.
  [[nodiscard]] Result<SessionToken> VerifyToken(std::string_view token, const TokenVerifierOptions& options = {}) const;

 private:
  BackendClient(std::shared_ptr<const api::Requester> requester,
                std::shared_ptr<const request::ClientAuthentication> authentication);

  std::shared_ptr<const api::Requester> requester_;
  std::shared_ptr<const request::ClientAuthentication> authentication_;
  UsersApi users_;
  SessionsApi sessions_;
  OrganizationsApi organizations_;
  InstanceApi instance_;
  JwksApi jwks_;
};

}  // namespace clerk
