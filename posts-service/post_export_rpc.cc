#include "posts-service/post_export_rpc.h"

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "posts-service/errors.h"
#include "posts-service/post_proto.h"

namespace inkwell::posts {
namespace {

using Reactor = grpc::ServerWriteReactor<v1::ExportPostsResponse>;
using runtime::Result;

// Cancels a call whose deadline only we know: while a batch waits for a reader that takes nothing, nobody else looks at the
// clock. The alarm may ring while the call ends, hence the shared state that outlives both.
class CutOff final {
 public:
  CutOff(grpc::CallbackServerContext& context, runtime::Deadline deadline) : state_(std::make_shared<State>()) {
    state_->context = &context;
    alarm_.Set(std::chrono::system_clock::now() + runtime::TimeLeft(deadline), [state = state_](bool rang) {
      const std::lock_guard lock(state->mutex);
      if (rang && state->context != nullptr) state->context->TryCancel();
    });
  }
  ~CutOff() {
    const std::lock_guard lock(state_->mutex);
    state_->context = nullptr;
  }
  CutOff(const CutOff&) = delete;
  CutOff& operator=(const CutOff&) = delete;

 private:
  struct State {
    std::recursive_mutex mutex;                      // TryCancel may end the call on the spot, and so come back to ~CutOff
    grpc::CallbackServerContext* context = nullptr;  // guarded by mutex; null when the call is over
  };
  std::shared_ptr<State> state_;  // shared with the alarm's callback
  grpc::Alarm alarm_;
};

class Export final : public Reactor {
 public:
  Export(grpc::CallbackServerContext& context, runtime::CallContext call, PostScan scan, PostExporter& exporter, Metrics& metrics)
      : context_(context),
        call_(std::move(call)),
        scan_(std::move(scan)),
        exporter_(exporter),
        metrics_(metrics),
        cut_off_(context, call_.deadline) {}

  void Begin() {
    auto place = exporter_.Enter(scan_.author_id);
    if (!place) return End(place.error());
    place_ = *std::move(place);
    ReadBatch();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(CallCancelled());
    ReadBatch();
  }

  void OnDone() override { delete this; }

 private:
  void ReadBatch() {
    Call call{call_.principal, call_.request_id, call_.deadline, [this] { return context_.IsCancelled(); }};
    exporter_.Next(std::move(call), scan_, [this](Result<std::vector<Post>> posts) { Send(std::move(posts)); });
  }

  void Send(Result<std::vector<Post>> posts) {
    if (!posts) return End(posts.error());
    if (posts->empty()) return End(std::nullopt);
    scan_.after = posts->back().id;
    message_.Clear();
    ToProto(*std::move(posts), message_);
    StartWrite(&message_);
  }

  void End(const std::optional<runtime::Error>& error) {
    place_.reset();
    metrics_.CallDone(Method::kExportPosts, error ? std::optional(error->code) : std::nullopt,
                      std::chrono::steady_clock::now() - began_);
    Finish(error ? runtime::ToGrpcStatus(*error, kErrorDomain) : grpc::Status::OK);
  }

  grpc::CallbackServerContext& context_;
  const runtime::CallContext call_;
  PostScan scan_;
  PostExporter& exporter_;
  Metrics& metrics_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  CutOff cut_off_;
  std::unique_ptr<PostExporter::Place> place_;
  v1::ExportPostsResponse message_;
};

class Refusal final : public Reactor {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

Reactor* StartExport(grpc::CallbackServerContext& context, runtime::CallContext call, PostScan scan, PostExporter& exporter,
                     Metrics& metrics) {
  auto* const reactor = new Export(context, std::move(call), std::move(scan), exporter, metrics);
  reactor->Begin();
  return reactor;
}

Reactor* RefuseExport(const runtime::Error& error, Metrics& metrics) {
  metrics.CallDone(Method::kExportPosts, error.code, std::chrono::steady_clock::duration::zero());
  return new Refusal(runtime::ToGrpcStatus(error, kErrorDomain));
}

}  // namespace inkwell::posts
