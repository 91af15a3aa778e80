#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"
#include "runtime/grpc_server.h"
#include "tests/unit/user-sync-service/fake_clerk_users.h"
#include "tests/unit/user-sync-service/fake_parts.h"
#include "tests/unit/user-sync-service/fake_user_repository.h"
#include "user-sync-service/backfill.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/profile_writer.h"
#include "user-sync-service/user_rpc.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {

// The calls as a client sees them, over a real port.
class UserRpcTest : public ::testing::Test {
 protected:
  using Kind = runtime::Principal::Kind;

  UserRpcTest()
      : rpc_(MakeUserRpc({users_, feed_, pin_, &profiles_, &backfill_, metrics_, serving_})),
        server_(runtime::GrpcServer::Start({.listen = "127.0.0.1:0", .tls = {}}, {rpc_.get()}).value()),
        stub_(v1::UserService::NewStub(
            grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials()))) {}
  ~UserRpcTest() override {
    feed_.Shutdown();
    server_->Drain(std::chrono::seconds(5));
  }

  static void As(grpc::ClientContext& context, Kind kind, const std::string& id, const std::string& request_id = "test") {
    runtime::WriteCallContext({{kind, id}, request_id, runtime::DeadlineAfter(std::chrono::seconds(10))}, context);
  }

  template <typename Request, typename Response>
  std::string Call(grpc::Status (v1::UserService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response* response, Kind kind = Kind::kService, const std::string& id = "test") {
    grpc::ClientContext context;
    As(context, kind, id);
    return ReasonOf((stub_.get()->*method)(&context, request, response));
  }

  // "OK", or the reason.
  static std::string ReasonOf(const grpc::Status& status) { return status.ok() ? "OK" : runtime::FromGrpcStatus(status).reason; }

  std::string Apply(const v1::ApplyUserEventRequest& request) {
    v1::ApplyUserEventResponse response;
    const auto reason = Call(&v1::UserService::Stub::ApplyUserEvent, request, &response);
    return reason == "OK" ? v1::ApplyUserEventResponse::Verdict_Name(response.verdict()) : reason;
  }
  std::string ApplyUser(const std::string& id) {
    v1::ApplyUserEventRequest request;
    request.mutable_user()->set_user_id(id);
    return Apply(request);
  }
  std::string Delete(const std::string& id) {
    v1::ApplyUserEventRequest request;
    request.set_deleted_user_id(id);
    return Apply(request);
  }
  std::string Get(const std::string& id, Kind kind = Kind::kService, const std::string& caller = "test") {
    v1::GetUserRequest request;
    request.set_user_id(id);
    v1::User user;
    return Call(&v1::UserService::Stub::GetUser, request, &user, kind, caller);
  }
  std::string Watch(const std::string& cursor, Kind kind = Kind::kService, const std::string& caller = "test") {
    grpc::ClientContext context;
    As(context, kind, caller);
    v1::WatchUsersRequest request;
    request.set_cursor(cursor);
    const auto reader = stub_->WatchUsers(&context, request);
    v1::WatchUsersResponse response;
    if (reader->Read(&response)) context.TryCancel();
    return ReasonOf(reader->Finish());
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeUserRepository repository_;
  UserService users_{repository_, nullptr, metrics_, {}};
  ChangeFeed feed_{repository_, metrics_, {}};
  FakeCopyState state_;
  FakeClerkUsers clerk_;
  FakeClerkInstance instance_;
  InstancePin pin_{state_, &instance_, metrics_};
  FakeClerkSessions sessions_;
  ProfileWriter profiles_{clerk_, sessions_, repository_, pin_, metrics_, {}};
  FakeRunLock lock_;
  Backfill backfill_{{clerk_, instance_, repository_, state_, pin_, lock_, metrics_}};
  std::atomic<bool> serving_{true};
  std::unique_ptr<grpc::Service> rpc_;
  std::unique_ptr<runtime::GrpcServer> server_;
  std::unique_ptr<v1::UserService::Stub> stub_;
};

}  // namespace inkwell::users
