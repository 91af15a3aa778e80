#pragma once

#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <memory>

namespace inkwell::users {

class ChangeFeed;
class UserService;

// inkwell.users.v1.UserService: proto ⇄ domain, who may do what, and nothing else. Blocks no thread of gRPC.
// `users`, `feed` and `serving` must outlive it. While `serving` is false (the schema is not ready yet) every call is answered
// UNAVAILABLE / DATABASE_UNAVAILABLE.
[[nodiscard]] std::unique_ptr<grpc::Service> MakeUserRpc(UserService& users, ChangeFeed& feed, const std::atomic<bool>& serving);

}  // namespace inkwell::users
