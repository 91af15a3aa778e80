#pragma once

#include <memory>

#include "gateway/handlers/service_call.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {

// GET /api/me: the signed-in user from our copy, fetched just in time if the webhook has not come yet; `?fresh=1` asks Clerk.
// Thread-safe.
class MeHandler final {
 public:
  using Stub = users::v1::UserService::StubInterface;

  // The stub is shared with the calls under way.
  explicit MeHandler(std::shared_ptr<Stub> users) : users_(std::move(users)) {}

  void Get(const RequestInfo& request, const runtime::Principal& user, Reply reply) const;

 private:
  const ServiceClient<Stub> users_;
};

}  // namespace inkwell::gateway
