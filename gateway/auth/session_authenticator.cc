#include "gateway/auth/session_authenticator.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <optional>
#include <string_view>
#include <utility>

#include "clerk/session_token_source.h"
#include "gateway/auth/request_origin.h"
#include "gateway/handlers/service_error.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {
namespace {

// Fetches are shared by all who wait, so that a second worker only serves those whose key arrived meanwhile.
constexpr std::size_t kFetchWorkers = 2;
constexpr std::size_t kMaxWaiting = 1024;

std::string JoinedCookies(const RequestInfo& request) {
  std::string all;
  for (const std::string_view cookies : request.Headers("Cookie")) {
    if (!all.empty()) all += "; ";
    all += cookies;
  }
  return all;
}

std::optional<clerk::FoundToken> FindToken(const RequestInfo& request, const clerk::PublishableKey& key,
                                           std::chrono::system_clock::time_point now) {
  const std::string_view authorization = request.Header("Authorization").value_or("");
  return clerk::FindSessionToken({authorization, JoinedCookies(request)}, key, now);
}

Problem KeysUnavailable(const clerk::Error& error) {
  return {503, std::string(clerk::ToString(error.reason)),
          "The keys that sessions are verified with cannot be fetched right now."};
}

}  // namespace

tl::expected<SessionUser, SignedOut> AdmitSession(const clerk::SessionToken& token) {
  // Tokens from JWT templates have no session id (contract of Clerk's tokens): they are made for other services, and live longer.
  if (!token.session_id()) return tl::unexpected(WrongTokenType());
  if (token.is_pending()) return tl::unexpected(PendingSession());
  // A subject that is no user id (empty, a machine, odd bytes) must not become a principal.
  auto principal = runtime::ParsePrincipal("user:" + token.user_id());
  if (!principal || token.user_id().starts_with("mch_")) return tl::unexpected(WrongTokenType());
  return SessionUser(*std::move(principal), *token.session_id(), token.key_id());
}

SessionAuthenticator::SessionAuthenticator(const clerk::TokenVerifier& verifier, clerk::PublishableKey key,
                                           std::vector<std::string> authorized_parties, WallClock clock,
                                           std::shared_ptr<prometheus::Registry> metrics)
    : verifier_(verifier),
      key_(std::move(key)),
      authorized_parties_(std::move(authorized_parties)),
      clock_(std::move(clock)),
      metrics_(std::move(metrics)),
      refusals_(prometheus::BuildCounter()
                    .Name("inkwell_gateway_auth_refusals_total")
                    .Help("Requests that were answered as signed out, by Clerk's reason")
                    .Register(*metrics_)),
      waiting_({.workers = kFetchWorkers, .capacity = kMaxWaiting, .max_batch = 1}, [this](std::vector<Waiting> batch) {
        for (Waiting& item : batch) {
          Decide(verifier_.Verify(item.token), *item.handler, item.request, std::move(item.reply));
        }
      }) {}

RouteHandler SessionAuthenticator::Guard(SessionHandler handler) {
  // Shared by the route and by the requests that wait for a key.
  auto shared = std::make_shared<const SessionHandler>(std::move(handler));
  return [this, shared = std::move(shared)](const httplib::Request&, const RequestInfo& request, Reply reply) {
    Authenticate(shared, request, std::move(reply));
  };
}

void SessionAuthenticator::Authenticate(const std::shared_ptr<const SessionHandler>& handler, const RequestInfo& request,
                                        Reply reply) {
  auto found = FindToken(request, key_, clock_());
  if (!found) return Refuse(NoToken(), std::move(reply));
  if (found->carrier == clerk::TokenCarrier::kCookie && !IsSafeMethod(request.method()) &&
      !IsTrustedOrigin(request.Header("Origin").value_or(""), request.Header("Host").value_or(""), authorized_parties_)) {
    return std::move(reply).Fail(
        Problem{403, "ORIGIN_NOT_ALLOWED", "A request with a session cookie must come from a page of this site."});
  }
  if (const auto verdict = verifier_.TryVerify(found->token)) return Decide(*verdict, *handler, request, std::move(reply));
  Waiting item{std::move(found->token), handler, request, std::move(reply)};
  if (!waiting_.TryPush(std::move(item))) {
    Response busy =
        ErrorResponse(Problem{503, "OVERLOADED", "Too many requests wait for a key. Try again."}, request.request_id());
    std::move(item.reply).Send(std::move(busy));  // NOLINT(bugprone-use-after-move): not taken when there is no room
  }
}

void SessionAuthenticator::Decide(const clerk::Result<clerk::SessionToken>& verdict, const SessionHandler& handler,
                                  const RequestInfo& request, Reply reply) {
  if (!verdict) {
    // Our own outage must not look like a sign-out: a client would throw its session away.
    if (verdict.error().reason == clerk::ErrorReason::kJwkRemoteFailedToLoad) {
      return std::move(reply).Send(ErrorResponse(KeysUnavailable(verdict.error()), request.request_id()));
    }
    return Refuse(NotVerified(verdict.error(), request.method()), std::move(reply));
  }
  const auto user = AdmitSession(*verdict);
  if (!user) return Refuse(user.error(), std::move(reply));
  handler(request, *user, std::move(reply));
}

void SessionAuthenticator::Refuse(const SignedOut& signed_out, Reply reply) {
  refusals_.Add({{"reason", signed_out.reason}}).Increment();
  Response response = SignedOutResponse(signed_out, reply.request_id());
  std::move(reply).Send(std::move(response));
}

}  // namespace inkwell::gateway
