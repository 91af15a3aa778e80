#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/http/request_info.h"
#include "runtime/call_context.h"
#include "runtime/error.h"

namespace inkwell::gateway {

// What a call to a service inherits from the HTTP request that it is made for.
[[nodiscard]] inline runtime::CallContext CallFor(const RequestInfo& request, runtime::Principal principal) {
  return {std::move(principal), std::string(request.request_id()), request.deadline()};
}

// Whether a call may be sent again after its connection broke, that is, after an unknown outcome.
enum class Retry { kNever, kOnceIfConnectionBroke };

// One unary call without a waiting thread: a completion thread of gRPC calls `done` with the answer. The object owns itself until
// then; what `done` captures must live on its own, because a call under way may outlive the handler that started it.
template <typename Stub, typename Request, typename Response, typename Done>
class ServiceCall final {
 public:
  using AsyncStub = typename Stub::async_interface;
  using Method = void (AsyncStub::*)(grpc::ClientContext*, const Request*, Response*, std::function<void(grpc::Status)>);

  static void Start(std::shared_ptr<Stub> stub, Method method, runtime::CallContext context, Request request, Retry retry,
                    Done done) {
    auto* call = new ServiceCall(std::move(stub), method, std::move(context), std::move(request), retry, std::move(done));
    call->Send();
  }

 private:
  // How long a repeated call waits for a service that restarts, before the client gets its 503.
  static constexpr std::chrono::milliseconds kReconnectPatience{1000};

  ServiceCall(std::shared_ptr<Stub> stub, Method method, runtime::CallContext context, Request request, Retry retry, Done done)
      : stub_(std::move(stub)),
        method_(method),
        context_(std::move(context)),
        request_(std::move(request)),
        retry_(retry),
        done_(std::move(done)) {}

  void Send() {
    grpc_context_.emplace();
    runtime::WriteCallContext(context_, *grpc_context_);
    if (first_error_) grpc_context_->set_wait_for_ready(true);
    (stub_->async()->*method_)(&*grpc_context_, &request_, &response_, [this](const grpc::Status& status) { Finish(status); });
  }

  void Finish(const grpc::Status& status) {
    std::unique_ptr<ServiceCall> self(this);
    if (status.ok()) return done_(runtime::Result<Response>(std::move(response_)));
    runtime::Error error = runtime::FromGrpcStatus(status);
    // A status that gRPC itself made has its code's name as reason; the service's own refusals have theirs, and stand.
    const bool broken = error.code == runtime::Code::kUnavailable && error.reason == "UNAVAILABLE";
    if (broken && retry_ == Retry::kOnceIfConnectionBroke && !first_error_) {
      first_error_ = std::move(error);
      context_.deadline = std::min(context_.deadline, runtime::DeadlineAfter(kReconnectPatience));
      return self.release()->Send();
    }
    // Patience ran out, not the request's time: the client should hear that the service is away.
    if (first_error_ && error.code == runtime::Code::kDeadlineExceeded) error = std::move(*first_error_);
    done_(runtime::Result<Response>(tl::unexpected(std::move(error))));
  }

  const std::shared_ptr<Stub> stub_;  // also owned by the handler, which a call may outlive
  const Method method_;
  runtime::CallContext context_;
  const Request request_;
  const Retry retry_;
  Done done_;
  Response response_;
  std::optional<grpc::ClientContext> grpc_context_;  // one per attempt: gRPC allows no second use
  std::optional<runtime::Error> first_error_;
};

// Starts a call; see ServiceCall. `done` is called once, with runtime::Result<Response>, on one of gRPC's threads: it must not
// block.
template <typename Stub, typename Request, typename Response, typename Done>
void StartCall(std::shared_ptr<Stub> stub,
               void (Stub::async_interface::*method)(grpc::ClientContext*, const Request*, Response*,
                                                     std::function<void(grpc::Status)>),
               runtime::CallContext context, Request request, Retry retry, Done done) {
  ServiceCall<Stub, Request, Response, Done>::Start(std::move(stub), method, std::move(context), std::move(request), retry,
                                                    std::move(done));
}

}  // namespace inkwell::gateway
