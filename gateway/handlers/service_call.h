#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "gateway/handlers/call_budget.h"
#include "gateway/http/request_info.h"
#include "runtime/call_context.h"
#include "runtime/error.h"

namespace inkwell::gateway {

// What a call to a service inherits from the HTTP request that it is made for.
[[nodiscard]] inline runtime::CallContext CallFor(const RequestInfo& request, runtime::Principal principal) {
  return {std::move(principal), std::string(request.request_id()), request.deadline()};
}

// Who calls where no user stands behind a request.
[[nodiscard]] inline runtime::Principal GatewayItself() { return {runtime::Principal::Kind::kService, "gateway"}; }

// Whether a call may be sent again after its connection broke, that is, after an unknown outcome.
enum class Retry { kNever, kOnceIfConnectionBroke };

// A service as handlers get it: its stub, and the budget that all who call it share.
template <typename Stub>
struct Service {
  // With a budget of its own.
  // NOLINTBEGIN(google-explicit-constructor,bugprone-forwarding-reference-overload): not for a Service
  template <typename Pointer>
  requires std::constructible_from<std::shared_ptr<Stub>, Pointer &&> Service(Pointer&& its_stub)
      : stub(std::forward<Pointer>(its_stub)), budget(std::make_shared<CallBudget>()) {}
  // NOLINTEND(google-explicit-constructor,bugprone-forwarding-reference-overload)
  Service(std::shared_ptr<Stub> its_stub, std::shared_ptr<CallBudget> shared_budget)
      : stub(std::move(its_stub)), budget(std::move(shared_budget)) {}

  std::shared_ptr<Stub> stub;          // shared by the handlers of the service
  std::shared_ptr<CallBudget> budget;  // likewise
};

// The stub of one service, and the calls under way on it. Its destructor waits for them (each has a deadline): the last reference
// to a channel must not be given up on a thread of gRPC, which would then wait for itself and free its queue twice (1.51, found
// by ASan). Thread-safe.
template <typename Stub>
class ServiceClient final {
 public:
  explicit ServiceClient(Service<Stub> service) : service_(std::move(service)) {}
  ~ServiceClient() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return under_way_ == 0; });
  }
  ServiceClient(const ServiceClient&) = delete;
  ServiceClient& operator=(const ServiceClient&) = delete;

  [[nodiscard]] Stub& stub() const { return *service_.stub; }
  [[nodiscard]] CallBudget& budget() const { return *service_.budget; }

  // Around each call. False when the budget is used up: then there is no call, and no End.
  [[nodiscard]] bool TryBegin() const {
    if (!budget().TryBegin()) return false;
    const std::lock_guard lock(mutex_);
    ++under_way_;
    return true;
  }
  // `answered`: as CallBudget::End has it.
  void End(bool answered) const {
    budget().End(answered);
    const std::lock_guard lock(mutex_);
    --under_way_;
    ended_.notify_all();  // under the lock: once it is given up, this object may be gone
  }

 private:
  const Service<Stub> service_;
  mutable std::mutex mutex_;
  mutable std::condition_variable ended_;
  mutable std::size_t under_way_ = 0;
};

// One unary call without a waiting thread: a completion thread of gRPC calls `done` with the answer. The object owns itself until
// then.
template <typename Stub, typename Request, typename Response, typename Done>
class ServiceCall final {
 public:
  using AsyncStub = typename Stub::async_interface;
  using Method = void (AsyncStub::*)(grpc::ClientContext*, const Request*, Response*, std::function<void(grpc::Status)>);

  static void Start(const ServiceClient<Stub>& client, Method method, runtime::CallContext context, Request request, Retry retry,
                    Done done) {
    if (!client.TryBegin()) return done(runtime::Result<Response>(tl::unexpected(Overloaded())));
    auto* call = new ServiceCall(client, method, std::move(context), std::move(request), retry, std::move(done));
    call->Send();
  }

 private:
  // How long a repeated call waits for a service that restarts, before the client gets its 503.
  static constexpr std::chrono::milliseconds kReconnectPatience{1000};

  ServiceCall(const ServiceClient<Stub>& client, Method method, runtime::CallContext context, Request request, Retry retry,
              Done done)
      : client_(client),
        method_(method),
        context_(std::move(context)),
        request_(std::move(request)),
        retry_(retry),
        done_(std::move(done)) {}

  void Send() {
    grpc_context_.emplace();
    runtime::WriteCallContext(context_, *grpc_context_);
    if (first_error_) grpc_context_->set_wait_for_ready(true);
    (client_.stub().async()->*method_)(&*grpc_context_, &request_, &response_,
                                       [this](const grpc::Status& status) { Finish(status); });
  }

  void Finish(const grpc::Status& status) {
    if (status.ok()) return Answer(runtime::Result<Response>(std::move(response_)), true);
    runtime::Error error = runtime::FromGrpcStatus(status);
    // A status that gRPC itself made has its code's name as reason; the service's own refusals have theirs, and stand.
    const bool broken = error.code == runtime::Code::kUnavailable && error.reason == "UNAVAILABLE";
    if (broken && retry_ == Retry::kOnceIfConnectionBroke && !first_error_ && client_.budget().TryRepeat()) {
      first_error_ = std::move(error);
      context_.deadline = std::min(context_.deadline, runtime::DeadlineAfter(kReconnectPatience));
      return Send();
    }
    // Patience ran out, not the request's time: the client should hear that the service is away.
    if (first_error_ && error.code == runtime::Code::kDeadlineExceeded) error = std::move(*first_error_);
    const bool answered = !broken && error.code != runtime::Code::kDeadlineExceeded;
    Answer(runtime::Result<Response>(tl::unexpected(std::move(error))), answered);
  }

  void Answer(runtime::Result<Response> result, bool answered) {
    const ServiceClient<Stub>& client = client_;
    done_(std::move(result));
    delete this;  // with the context, which holds a reference to the channel
    client.End(answered);
  }

  const ServiceClient<Stub>& client_;
  const Method method_;
  runtime::CallContext context_;
  const Request request_;
  const Retry retry_;
  Done done_;
  Response response_;
  std::optional<grpc::ClientContext> grpc_context_;  // one per attempt: gRPC allows no second use
  std::optional<runtime::Error> first_error_;
};

// Starts a call; see ServiceCall. `done` is called once, with runtime::Result<Response>, on one of gRPC's threads (or before this
// returns, with Overloaded(), when the service has enough to do): it must not block. `client` must not be destroyed before it
// was; its destructor waits.
template <typename Stub, typename Request, typename Response, typename Done>
void StartCall(const ServiceClient<Stub>& client,
               void (Stub::async_interface::*method)(grpc::ClientContext*, const Request*, Response*,
                                                     std::function<void(grpc::Status)>),
               runtime::CallContext context, Request request, Retry retry, Done done) {
  ServiceCall<Stub, Request, Response, Done>::Start(client, method, std::move(context), std::move(request), retry,
                                                    std::move(done));
}

}  // namespace inkwell::gateway
