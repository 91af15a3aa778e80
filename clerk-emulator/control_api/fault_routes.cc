#include "clerk-emulator/control_api/fault_routes.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "clerk-emulator/http/json_body.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMaxDelayMillis = 60'000;  // of an answer: it keeps a thread of the server
constexpr std::int64_t kMaxCount = 1'000'000;

json FaultJson(const ApiFault& fault) {
  return {{"method", fault.method.empty() ? json() : json(fault.method)},
          {"path", fault.path},
          {"status", fault.status == 0 ? json() : json(fault.status)},
          {"retry_after_seconds", fault.retry_after_seconds},
          {"delay_ms", fault.delay.count()},
          {"calls", fault.calls == 0 ? json() : json(fault.calls)},
          {"expires_at", fault.expires_at.value == 0 ? json() : json(fault.expires_at.value)}};
}

HttpResponse Done() { return {200, "{}\n", "application/json", {}}; }

std::optional<WebhookFault::Kind> KindOf(const std::string& name) {
  if (name == "drop") return WebhookFault::Kind::kDrop;
  if (name == "double") return WebhookFault::Kind::kDouble;
  if (name == "reorder") return WebhookFault::Kind::kReorder;
  if (name == "delay") return WebhookFault::Kind::kDelay;
  return std::nullopt;
}

}  // namespace

FaultRoutes::FaultRoutes(ApiFaults& api_faults, WebhookSender* sender, const Clock& clock)
    : api_faults_(api_faults), sender_(sender), clock_(clock) {}

void FaultRoutes::AddTo(Router& router, ControlPeers peers) {
  const auto add = [&router, peers](const char* method, const char* pattern, HttpHandler handler) {
    router.Add(method, pattern, LocalOnly(std::move(handler), peers));
  };
  add("POST", "/_emulator/faults", [this](const HttpRequest& request) { return Order(request); });
  add("GET", "/_emulator/faults", [this](const HttpRequest&) { return List(); });
  add("POST", "/_emulator/faults/clear", [this](const HttpRequest&) {
    api_faults_.Clear();
    return List();
  });
  const auto with_sender = [this](HttpHandler handler) -> HttpHandler {
    return [this, handler = std::move(handler)](const HttpRequest& request) {
      if (sender_ == nullptr) return ErrorResponse(ResourceNotFound("No webhooks are sent: EMULATOR_WEBHOOK_URL is not set."));
      return handler(request);
    };
  };
  add("POST", "/_emulator/webhooks/faults", with_sender([this](const HttpRequest& request) { return OrderWebhooks(request); }));
  add("POST", "/_emulator/webhooks/faults/clear", with_sender([this](const HttpRequest&) {
        sender_->ClearFaults();
        return Done();
      }));
  add("POST", "/_emulator/webhooks/enable", with_sender([this](const HttpRequest&) {
        if (auto enabled = sender_->Enable(); !enabled) return ErrorResponse(enabled.error());
        return Done();
      }));
}

HttpResponse FaultRoutes::Order(const HttpRequest& request) {
  JsonBody body(request.body);
  ApiFault fault;
  fault.method = body.TextOr("method", "");
  fault.path = body.TextOr("path", fault.path);
  fault.status = static_cast<int>(body.Integer("status", 429, 599).value_or(0));
  fault.retry_after_seconds = body.Integer("retry_after_seconds", 0, kDay).value_or(1);
  fault.delay = std::chrono::milliseconds(body.Integer("delay_ms", 1, kMaxDelayMillis).value_or(0));
  fault.calls = body.Integer("calls", 1, kMaxCount).value_or(0);
  if (const auto seconds = body.Integer("seconds", 1, kDay)) fault.expires_at = clock_.Now() + std::chrono::seconds(*seconds);
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (fault.status > 429 && fault.status < 500) return ErrorResponse(ParamValueInvalid("status", "429 or 500 to 599"));
  if (fault.status == 0 && fault.delay.count() == 0) return ErrorResponse(ParamMissing("status"));
  api_faults_.Add(std::move(fault));
  return List();
}

HttpResponse FaultRoutes::List() {
  json list = json::array();
  for (const auto& fault : api_faults_.List()) list.push_back(FaultJson(fault));
  return {200, json{{"faults", std::move(list)}}.dump() + "\n", "application/json", {}};
}

HttpResponse FaultRoutes::OrderWebhooks(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto kind = KindOf(body.TextOr("kind", ""));
  WebhookFault fault;
  fault.messages = body.Integer("messages", 1, kMaxCount).value_or(1);
  const auto delay = body.Integer("delay_ms", 1, kDay * 1000);
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (!kind) return ErrorResponse(ParamValueInvalid("kind", "drop, double, reorder or delay"));
  if (*kind == WebhookFault::Kind::kDelay && !delay) return ErrorResponse(ParamMissing("delay_ms"));
  fault.kind = *kind;
  fault.delay = std::chrono::milliseconds(delay.value_or(0));
  sender_->Order(fault);
  return Done();
}

}  // namespace inkwell::emulator
