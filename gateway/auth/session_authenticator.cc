#include "gateway/auth/session_authenticator.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <strings.h>

#include <string_view>
#include <utility>

#include "gateway/auth/auth_answer.h"
#include "gateway/auth/request_origin.h"
#include "gateway/http/request_parts.h"
#include "gateway/http/service_error.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {
namespace {

// Fetches are shared by all who wait, so that a second worker only serves those whose key arrived meanwhile.
constexpr std::size_t kFetchWorkers = 2;
constexpr std::size_t kMaxWaiting = 1024;
constexpr std::string_view kSignInPage = "/sign-in";

bool IsHost(std::string_view name) { return name.size() == 4 && strncasecmp(name.data(), "host", 4) == 0; }

// The request as the SDK wants it. Views into the request and into `url`, which lives with it.
class SeenRequest final {
 public:
  SeenRequest(const RequestInfo& request, const std::string& public_url) : headers_(request.AllHeaders()) {
    url_ = OriginOf(request, public_url);
    url_.append(request.target());
    // A configured address is not to be overruled by whoever sends the request.
    if (!public_url.empty()) {
      std::erase_if(headers_, [](const auto& field) { return IsHost(field.first); });
    }
    view_ = {request.method(), url_, headers_};
  }
  SeenRequest(const SeenRequest&) = delete;
  SeenRequest& operator=(const SeenRequest&) = delete;

  [[nodiscard]] const clerk::IncomingRequest& view() const { return view_; }

 private:
  std::vector<clerk::HeaderView> headers_;
  std::string url_;
  clerk::IncomingRequest view_;
};

bool IsKeyOutage(const clerk::RequestState& state) {
  return state.reason == clerk::ToString(clerk::ErrorReason::kJwkRemoteFailedToLoad);
}

Problem KeysUnavailable(const clerk::RequestState& state) {
  return {503, state.reason, "The keys that sessions are verified with cannot be fetched right now."};
}

std::vector<HeaderField> FieldsOf(std::vector<clerk::HttpHeader> headers) {
  std::vector<HeaderField> fields;
  fields.reserve(headers.size());
  for (clerk::HttpHeader& header : headers) fields.push_back({std::move(header.name), std::move(header.value)});
  return fields;
}

}  // namespace

std::optional<SessionUser> AdmitSession(const clerk::SessionToken& token) {
  if (!token.session_id()) return std::nullopt;
  // A subject that is no user id (empty, odd bytes) must not become a principal.
  auto principal = runtime::ParsePrincipal("user:" + token.user_id());
  if (!principal) return std::nullopt;
  return SessionUser(*std::move(principal), *token.session_id(), token.key_id());
}

SessionAuthenticator::SessionAuthenticator(const clerk::RequestAuthenticator& authenticator,
                                           std::vector<std::string> authorized_parties, std::string public_url,
                                           std::shared_ptr<prometheus::Registry> metrics)
    : authenticator_(authenticator),
      authorized_parties_(std::move(authorized_parties)),
      public_url_(std::move(public_url)),
      metrics_(std::move(metrics)),
      refusals_(prometheus::BuildCounter()
                    .Name("inkwell_gateway_auth_refusals_total")
                    .Help("Requests that were answered as signed out, by Clerk's reason")
                    .Register(*metrics_)),
      waiting_({.workers = kFetchWorkers, .capacity = kMaxWaiting, .max_batch = 1}, [this](std::vector<Waiting> batch) {
        for (Waiting& item : batch) {
          const SeenRequest seen(item.request, public_url_);
          Decide(authenticator_.Authenticate(seen.view()), *item.guarded, item.request, std::move(item.reply));
        }
      }) {}

RouteHandler SessionAuthenticator::Guard(SessionHandler handler) { return MakeGuard(std::move(handler), false); }

RouteHandler SessionAuthenticator::GuardPage(SessionHandler handler) { return MakeGuard(std::move(handler), true); }

RouteHandler SessionAuthenticator::MakeGuard(SessionHandler handler, bool is_page) {
  auto guarded = std::make_shared<const Guarded>(Guarded{std::move(handler), is_page});
  return [this, guarded = std::move(guarded)](const httplib::Request&, const RequestInfo& request, Reply reply) {
    Authenticate(guarded, request, std::move(reply));
  };
}

void SessionAuthenticator::Authenticate(const std::shared_ptr<const Guarded>& guarded, const RequestInfo& request, Reply reply) {
  const SeenRequest seen(request, public_url_);
  if (auto verdict = authenticator_.TryAuthenticate(seen.view())) {
    return Decide(*std::move(verdict), *guarded, request, std::move(reply));
  }
  Waiting item{guarded, request, std::move(reply)};
  if (!waiting_.TryPush(std::move(item))) {
    Response busy =
        ErrorResponse(Problem{503, "OVERLOADED", "Too many requests wait for a key. Try again."}, request.request_id());
    std::move(item.reply).Send(std::move(busy));  // NOLINT(bugprone-use-after-move): not taken when there is no room
  }
}

void SessionAuthenticator::Decide(clerk::Result<clerk::RequestState> verdict, const Guarded& guarded, const RequestInfo& request,
                                  Reply reply) {
  if (!verdict) return std::move(reply).Fail(UnjudgedProblem(verdict.error()));
  // Our own outage must not look like a sign-out: a client would throw its session away.
  if (IsKeyOutage(*verdict)) {
    return std::move(reply).Send(ErrorResponse(KeysUnavailable(*verdict), request.request_id()));
  }
  const auto refusal =
      guarded.is_page ? clerk::RequireForPage(*verdict, kSignInPage, request.target()) : clerk::RequireForApi(*verdict);
  if (refusal) return Refuse(*refusal, std::move(reply));
  const auto user = AdmitSession(*verdict->session);
  if (!user) return Refuse(NoSessionOfAUser(), std::move(reply));
  if (verdict->carrier == clerk::TokenCarrier::kCookie && !IsSafeMethod(request.method()) &&
      !IsTrustedOrigin(request.Header("Origin").value_or(""), request.Header("Host").value_or(""), authorized_parties_,
                       public_url_)) {
    return std::move(reply).Fail(
        Problem{403, "ORIGIN_NOT_ALLOWED", "A request with a session cookie must come from a page of this site."});
  }
  // After a handshake: the new cookies.
  if (!verdict->headers.empty()) reply.AddHeaders(FieldsOf(std::move(verdict->headers)));
  guarded.handler(request, *user, std::move(reply));
}

void SessionAuthenticator::Refuse(const clerk::Refusal& refusal, Reply reply) {
  refusals_.Add({{"reason", std::string(ReasonOf(refusal))}}).Increment();
  Response response = RefusalResponse(refusal, reply.request_id());
  std::move(reply).Send(std::move(response));
}

}  // namespace inkwell::gateway
