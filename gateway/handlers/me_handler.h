#pragma once

#include <memory>

#include "gateway/auth/session_handler.h"
#include "gateway/handlers/service_call.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "inkwell/users/v1/users.grpc.pb.h"

namespace inkwell::gateway {

// /api/me: the signed-in user. Changes are made at Clerk by user-sync-service, which stores Clerk's answer before it answers: who
// reads afterwards sees the change. Thread-safe.
class MeHandler final {
 public:
  using Stub = users::v1::UserService::StubInterface;

  // Calls are made within the service's budget.
  explicit MeHandler(Service<Stub> users) : users_(std::move(users)) {}

  // From our copy, fetched just in time if the webhook has not come yet; `?fresh=1` asks Clerk.
  void Get(const RequestInfo& request, const SessionUser& user, Reply reply) const;
  // {"firstName","lastName","username"}, each a string or null, which clears it.
  void Update(const RequestInfo& request, const SessionUser& user, Reply reply) const;
  // The user at Clerk and here, and so the posts: 204.
  void Delete(const RequestInfo& request, const SessionUser& user, Reply reply) const;
  // {"jwt"} from the JWT template {template} for this session; the body may say {"expiresInSeconds"}.
  void CreateToken(const RequestInfo& request, const SessionUser& user, Reply reply) const;

 private:
  const ServiceClient<Stub> users_;
};

}  // namespace inkwell::gateway
