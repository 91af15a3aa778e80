#include "clerk/request_authenticator.h"

#include <algorithm>
#include <utility>

#include "request/machine_auth.h"
#include "request/machine_jwt.h"
#include "request/request_view.h"
#include "request/satellite.h"
#include "request/session_auth.h"
#include "request/setup.h"
#include "request/states.h"

namespace clerk {
namespace {

using request::Attempt;
using request::Outcome;
using request::SignedOut;

std::optional<TokenType> MachineTypeOf(const Attempt& attempt) {
  return request::MachineTypeOf(attempt.view.header_token, attempt.setup.options.max_token_bytes);
}

Outcome AuthenticateOneMachineType(const Attempt& attempt, TokenType accepted) {
  if (attempt.view.header_token.empty()) return SignedOut(accepted, "No token in header");
  if (MachineTypeOf(attempt) != accepted) {
    return SignedOut(accepted, "token-type-mismatch");
  }
  return request::AuthenticateMachine(attempt, accepted);
}

Outcome AuthenticateSession(const Attempt& attempt) {
  return attempt.view.header_token.empty() ? request::AuthenticateByCookies(attempt) : request::AuthenticateByHeader(attempt);
}

// Several types are accepted: the token in the header says which rules hold; without one, those of sessions.
Outcome AuthenticateAny(const Attempt& attempt) {
  const auto machine = MachineTypeOf(attempt);
  if (!attempt.setup.options.accepts.Contains(machine.value_or(TokenType::kSessionToken))) {
    return SignedOut(std::nullopt, "token-type-mismatch");
  }
  return machine ? request::AuthenticateMachine(attempt, *machine) : AuthenticateSession(attempt);
}

}  // namespace

std::optional<TokenType> AcceptedTokens::single() const {
  return rule_ == Rule::kOne ? std::optional(types_.front()) : std::nullopt;
}

bool AcceptedTokens::Contains(TokenType type) const {
  return rule_ == Rule::kAny || std::find(types_.begin(), types_.end(), type) != types_.end();
}

class RequestAuthenticator::Impl final {
 public:
  explicit Impl(request::Setup setup) : setup_(std::move(setup)) {}

  [[nodiscard]] Outcome Authenticate(const IncomingRequest& incoming, bool may_wait) const {
    if (auto known = KnownBearer(incoming)) return *std::move(known);
    if (auto url = request::CheckSignInUrl(setup_, incoming); !url) return Result<RequestState>(url.error());
    const auto view = request::ViewRequest(incoming, setup_.owner, setup_.options.trust_forwarded_headers, setup_.clock.Now());
    if (!view) return Result<RequestState>(view.error());
    const Attempt attempt{setup_, incoming, *view, may_wait};
    const auto single = setup_.options.accepts.single();
    if (!single) return AuthenticateAny(attempt);
    if (*single == TokenType::kSessionToken) return AuthenticateSession(attempt);
    return AuthenticateOneMachineType(attempt, *single);
  }

  [[nodiscard]] const std::optional<TokenVerifier>& verifier() const { return setup_.verifier; }

 private:
  // The bearer token of nearly every API call: verified before, and all that can be said about the request. Nothing else of it is
  // looked at.
  [[nodiscard]] std::optional<RequestState> KnownBearer(const IncomingRequest& incoming) const {
    const auto& options = setup_.options;
    if (!setup_.verifier || options.is_satellite || !options.accepts.Contains(TokenType::kSessionToken)) return std::nullopt;
    const auto token = request::TokenInHeader(incoming);
    if (token.empty()) return std::nullopt;
    auto verified = setup_.verifier->TryVerify(token);
    if (!verified || !*verified || !(**verified).is_session_class()) return std::nullopt;
    return request::SignedIn(**std::move(verified), std::string(token), TokenCarrier::kHeader);
  }

  const request::Setup setup_;
};

Result<RequestAuthenticator> RequestAuthenticator::Create(AuthenticateRequestOptions options) {
  return request::MakeAuthenticator(std::move(options), {});
}

Result<RequestAuthenticator> request::MakeAuthenticator(AuthenticateRequestOptions options, SharedParts parts) {
  auto setup = MakeSetup(std::move(options), std::move(parts));
  if (!setup) return setup.error();
  return RequestAuthenticator(std::make_unique<RequestAuthenticator::Impl>(*std::move(setup)));
}

RequestAuthenticator::RequestAuthenticator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RequestAuthenticator::RequestAuthenticator(RequestAuthenticator&&) noexcept = default;
RequestAuthenticator& RequestAuthenticator::operator=(RequestAuthenticator&&) noexcept = default;
RequestAuthenticator::~RequestAuthenticator() = default;

Result<RequestState> RequestAuthenticator::Authenticate(const IncomingRequest& request) const {
  auto outcome = impl_->Authenticate(request, /*may_wait=*/true);
  // Whoever may wait has an answer.
  return outcome ? *std::move(outcome) : SignedOut("unexpected-error");
}

std::optional<Result<RequestState>> RequestAuthenticator::TryAuthenticate(const IncomingRequest& request) const {
  return impl_->Authenticate(request, /*may_wait=*/false);
}

Result<void> RequestAuthenticator::LoadKeys() const { return impl_->verifier() ? impl_->verifier()->LoadKeys() : Result<void>(); }

TokenVerifierStats RequestAuthenticator::stats() const {
  return impl_->verifier() ? impl_->verifier()->stats() : TokenVerifierStats();
}

}  // namespace clerk
