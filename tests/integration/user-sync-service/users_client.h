#pragma once

#include <memory>
#include <string>

#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"
#include "runtime/grpc_client.h"

namespace inkwell::users {

// The calls of a service's client, answered with "OK" or the error's reason. Thread-safe.
class UsersClient final {
 public:
  explicit UsersClient(int port)
      : channel_(runtime::MakeChannel("127.0.0.1:" + std::to_string(port), {})), stub_(v1::UserService::NewStub(channel_)) {}

  [[nodiscard]] std::string Get(const std::string& user_id, v1::GetUserRequest::Source source = v1::GetUserRequest::SOURCE_COPY,
                                v1::User* user = nullptr) const {
    grpc::ClientContext context;
    Prepare(context);
    v1::GetUserRequest request;
    request.set_user_id(user_id);
    request.set_source(source);
    v1::User ignored;
    return ReasonOf(stub_->GetUser(&context, request, user != nullptr ? user : &ignored));
  }

  [[nodiscard]] std::string ApplySparse(const std::string& user_id, std::int64_t updated_at_s) const {
    grpc::ClientContext context;
    Prepare(context);
    v1::ApplyUserEventRequest request;
    request.mutable_user()->set_user_id(user_id);
    request.mutable_user()->mutable_update_time()->set_seconds(updated_at_s);
    v1::ApplyUserEventResponse response;
    const auto status = stub_->ApplyUserEvent(&context, request, &response);
    return status.ok() ? v1::ApplyUserEventResponse::Verdict_Name(response.verdict()) : ReasonOf(status);
  }

  [[nodiscard]] v1::UserService::Stub& stub() const { return *stub_; }

  static void Prepare(grpc::ClientContext& context, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
    runtime::WriteCallContext({{runtime::Principal::Kind::kService, "test"}, "test", runtime::DeadlineAfter(timeout)}, context);
  }
  static std::string ReasonOf(const grpc::Status& status) { return status.ok() ? "OK" : runtime::FromGrpcStatus(status).reason; }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::UserService::Stub> stub_;
};

}  // namespace inkwell::users
