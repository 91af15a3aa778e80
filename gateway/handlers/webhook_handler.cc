#include "gateway/handlers/webhook_handler.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <string>
#include <utility>

#include "clerk/error.h"
#include "gateway/handlers/user_event.h"
#include "gateway/http/problem.h"
#include "gateway/http/response.h"
#include "gateway/http/service_error.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

using users::v1::ApplyUserEventResponse;

// Labels must stay few: Clerk may invent event types, and a signature does not bound them.
std::string_view TypeLabel(std::string_view type) {
  for (const std::string_view known : {"user.created", "user.updated", "user.deleted"}) {
    if (type == known) return known;
  }
  return "other";
}

std::string_view VerdictLabel(ApplyUserEventResponse::Verdict verdict) {
  switch (verdict) {
    case ApplyUserEventResponse::VERDICT_APPLIED:
      return "applied";
    case ApplyUserEventResponse::VERDICT_UNCHANGED:
      return "unchanged";
    case ApplyUserEventResponse::VERDICT_OLDER:
      return "older";
    case ApplyUserEventResponse::VERDICT_TOMBSTONED:
      return "tombstoned";
    default:  // a verdict of a newer service; the effect is durable all the same
      return "other";
  }
}

// svix-id is a header, so any bytes; what is no such text is left out, and is no valid protobuf string.
bool IsForLogs(std::string_view id) {
  return id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

Response Received() { return TextResponse(200, "Webhook received"); }

// Svix counts every failure alike, but 503 is what the operator's dashboard should show for trouble that is ours.
Response NotApplied(const runtime::Error& error, std::string_view request_id) {
  Problem problem = ToProblem(error);
  if (problem.status >= 500) problem.status = 503;
  return ErrorResponse(problem, request_id);
}

}  // namespace

class WebhookHandler::Counters final {
 public:
  explicit Counters(std::shared_ptr<prometheus::Registry> metrics)
      : metrics_(std::move(metrics)),
        events_(prometheus::BuildCounter()
                    .Name("inkwell_gateway_webhook_events_total")
                    .Help("Webhook deliveries, by type of event and what became of them")
                    .Register(*metrics_)) {}

  void Count(std::string_view type, std::string_view outcome) const {
    events_.Add({{"type", std::string(TypeLabel(type))}, {"outcome", std::string(outcome)}}).Increment();
  }

 private:
  const std::shared_ptr<prometheus::Registry> metrics_;  // also owned by main; keeps the family alive
  prometheus::Family<prometheus::Counter>& events_;
};

WebhookHandler::WebhookHandler(clerk::WebhookVerifier verifier, Service<Stub> users, const UserEventBatcher::Options& options,
                               std::shared_ptr<prometheus::Registry> metrics)
    : verifier_(std::move(verifier)),
      counters_(std::make_shared<Counters>(std::move(metrics))),
      batcher_(std::make_unique<UserEventBatcher>(std::move(users), options)) {}

WebhookHandler::~WebhookHandler() = default;

void WebhookHandler::Receive(const RequestInfo& request, Reply reply) const {
  const auto header = [&](std::string_view name) { return std::string(request.Header(name).value_or("")); };
  const clerk::WebhookHeaders headers{header("svix-id"), header("svix-timestamp"), header("svix-signature")};
  const auto event = verifier_.Verify(headers, request.body());
  if (!event) {
    counters_->Count("", "rejected");
    return std::move(reply).Fail(Problem{400, std::string(clerk::ToString(event.error().reason)), event.error().message});
  }
  auto call = ToUserEvent(*event);
  if (!call) {
    counters_->Count(event->type, "ignored");
    return std::move(reply).Send(Received());
  }
  if (IsForLogs(event->message_id)) call->set_event_id(event->message_id);
  const auto shared_reply = std::make_shared<Reply>(std::move(reply));  // std::function wants a copy
  batcher_->Send(
      *std::move(call), request.deadline(), std::string(request.request_id()),
      [counters = counters_, type = event->type, shared_reply](const runtime::Result<ApplyUserEventResponse>& applied) {
        counters->Count(type, applied ? VerdictLabel(applied->verdict()) : "failed");
        if (!applied) {
          runtime::log::Warn("A webhook event could not be applied",
                             {{"request_id", shared_reply->request_id()}, {"reason", applied.error().reason}});
        }
        Response response = applied ? Received() : NotApplied(applied.error(), shared_reply->request_id());
        std::move(*shared_reply).Send(std::move(response));
      });
}

}  // namespace inkwell::gateway
