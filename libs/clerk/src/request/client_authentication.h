#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "clerk/machine_token.h"
#include "clerk/request_authenticator.h"
#include "clerk/token_verifier.h"
#include "request/setup.h"

namespace clerk::request {

// How a BackendClient says who makes a request: its options stand in for what a call leaves open, and its connections and its
// keys serve all calls (contract, section 1.4). Thread-safe.
class ClientAuthentication final {
 public:
  // Fails with kPublishableKeyInvalid or kTokenVerificationFailed for a key that is given and is none. Does no I/O.
  static Result<std::shared_ptr<const ClientAuthentication>> Create(std::shared_ptr<const api::Requester> requester);

  [[nodiscard]] Result<RequestAuthenticator> MakeAuthenticator(AuthenticateRequestOptions options) const;
  // By the client's own options. Verdicts are remembered.
  [[nodiscard]] Result<RequestState> Authenticate(const IncomingRequest& request) const;
  [[nodiscard]] Result<RequestState> Authenticate(const IncomingRequest& request, AuthenticateRequestOptions options) const;
  [[nodiscard]] Result<SessionToken> VerifyToken(std::string_view token, TokenVerifierOptions options) const;
  // The verdict on a machine-to-machine token that is a JWT, with the errors of VerifyMachineJwt; nullopt for any other token:
  // Clerk must be asked.
  [[nodiscard]] std::optional<Result<MachineToken>> VerifyM2mJwt(std::string_view token) const;

 private:
  ClientAuthentication(std::shared_ptr<const api::Requester> requester, std::shared_ptr<tokens::KeySource> keys)
      : requester_(std::move(requester)), keys_(std::move(keys)) {}

  [[nodiscard]] AuthenticateRequestOptions WithDefaults(AuthenticateRequestOptions options) const;

  const std::shared_ptr<const api::Requester> requester_;  // also of the client's resources
  const std::shared_ptr<tokens::KeySource> keys_;          // also of the authenticators; null without jwt_key and secret_key

  mutable std::once_flag own_made_;
  mutable std::optional<Result<RequestAuthenticator>> own_;  // by the client's own options; made when it is first asked for
};

}  // namespace clerk::request
