#pragma once

#include <memory>
#include <string_view>

#include "clerk/webhook_verifier.h"
#include "gateway/handlers/service_call.h"
#include "gateway/handlers/user_event_batcher.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"

namespace prometheus {
class Registry;
}

namespace inkwell::gateway {

// POST /api/webhooks/clerk. Svix delivers at least once and comes again after anything but a 2xx, so 200 is said only when the
// effect is durable. Nothing of an unsigned body is parsed. Thread-safe.
class WebhookHandler final {
 public:
  using Stub = UserEventBatcher::Stub;

  // Calls are made within the service's budget.
  WebhookHandler(clerk::WebhookVerifier verifier, Service<Stub> users, const UserEventBatcher::Options& options,
                 std::shared_ptr<prometheus::Registry> metrics);
  ~WebhookHandler();

  void Receive(const RequestInfo& request, Reply reply) const;

 private:
  class Counters;

  const clerk::WebhookVerifier verifier_;
  const std::shared_ptr<const Counters> counters_;   // shared with the events under way
  const std::unique_ptr<UserEventBatcher> batcher_;  // thread-safe
};

}  // namespace inkwell::gateway
