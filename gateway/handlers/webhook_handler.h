#pragma once

#include <memory>
#include <string_view>

#include "clerk/webhook_verifier.h"
#include "gateway/handlers/service_call.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "inkwell/users/v1/users.grpc.pb.h"

namespace prometheus {
class Registry;
}

namespace inkwell::gateway {

// POST /api/webhooks/clerk. Svix delivers at least once and comes again after anything but a 2xx, so 200 is said only when the
// effect is durable. Nothing of an unsigned body is parsed. Thread-safe.
class WebhookHandler final {
 public:
  using Stub = users::v1::UserService::StubInterface;

  // Calls are made within the service's budget. The counters are shared with the calls under way.
  WebhookHandler(clerk::WebhookVerifier verifier, Service<Stub> users, std::shared_ptr<prometheus::Registry> metrics);
  ~WebhookHandler();

  void Receive(const RequestInfo& request, Reply reply) const;

 private:
  class Counters;

  const clerk::WebhookVerifier verifier_;
  const ServiceClient<Stub> users_;
  const std::shared_ptr<const Counters> counters_;
};

}  // namespace inkwell::gateway
