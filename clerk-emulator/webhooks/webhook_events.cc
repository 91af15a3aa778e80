#include "clerk-emulator/webhooks/webhook_events.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

std::uint64_t NextSequence(const Step& step) {
  const auto added = std::count_if(step.changes.begin(), step.changes.end(),
                                   [](const Change& change) { return std::holds_alternative<WebhookMessage>(change); });
  return step.state.last_sequence + static_cast<std::uint64_t>(added) + 1;
}

}  // namespace

WebhookEvents::WebhookEvents(std::string instance_id, bool enabled) : instance_id_(std::move(instance_id)), enabled_(enabled) {}

void WebhookEvents::Add(const Step& step, std::string_view type, std::string_view object_id, const nlohmann::json& data) const {
  if (!enabled_) return;
  const nlohmann::json http_request = {{"client_ip", step.caller.client_address}, {"user_agent", step.caller.user_agent}};
  const nlohmann::json envelope = {
      {"object", "event"},           {"type", type}, {"timestamp", step.now.value},
      {"instance_id", instance_id_}, {"data", data}, {"event_attributes", {{"http_request", http_request}}}};
  WebhookMessage message;
  message.sequence = NextSequence(step);
  message.id = NewId("msg");
  message.type = type;
  message.object_id = object_id;
  message.body = envelope.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  message.created_at = step.now;
  message.progress.sequence = message.sequence;
  message.progress.next_attempt_at = step.now;
  step.changes.emplace_back(std::move(message));
}

}  // namespace inkwell::emulator
