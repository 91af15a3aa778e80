#pragma once

#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <memory>

namespace inkwell::users {

class Backfill;
class ChangeFeed;
class InstancePin;
class Metrics;
class ProfileWriter;
class UserService;

// What the calls are answered by. All of it must outlive the service.
struct UserRpcParts {
  UserService& users;
  ChangeFeed& feed;
  InstancePin& instance;
  ProfileWriter* profiles;  // null without a secret key, as
  Backfill* backfill;       // this
  Metrics& metrics;
  // While false (the schema is not ready yet) every call is answered UNAVAILABLE / DATABASE_UNAVAILABLE.
  const std::atomic<bool>& serving;
};

// inkwell.users.v1.UserService: proto ⇄ domain, who may do what, and nothing else. Blocks no thread of gRPC.
[[nodiscard]] std::unique_ptr<grpc::Service> MakeUserRpc(const UserRpcParts& parts);

}  // namespace inkwell::users
