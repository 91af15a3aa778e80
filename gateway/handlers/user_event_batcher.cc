#include "gateway/handlers/user_event_batcher.h"

#include <algorithm>
#include <utility>

#include "google/rpc/status.pb.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {

using runtime::Code;
using runtime::Error;
using runtime::Result;
using users::v1::ApplyUserEventResponse;
using users::v1::BatchApplyUserEventsRequest;
using users::v1::BatchApplyUserEventsResponse;

namespace {

// Who calls user-sync-service: no user stands behind a webhook.
runtime::Principal Gateway() { return {runtime::Principal::Kind::kService, "gateway"}; }

Result<ApplyUserEventResponse> ResultOf(const Result<BatchApplyUserEventsResponse>& answer, std::size_t event) {
  if (!answer) return tl::unexpected<Error>(answer.error());
  if (event < static_cast<std::size_t>(answer->results_size())) {
    const auto& result = answer->results(static_cast<int>(event));
    if (result.has_response()) return result.response();
    if (result.has_error()) return tl::unexpected<Error>(runtime::FromRpcStatus(result.error()));
  }
  return runtime::Fail(Code::kInternal, "INTERNAL", "user-sync-service left an event without a result.");
}

}  // namespace

UserEventBatcher::UserEventBatcher(Service<Stub> users, const Options& options) : options_(options), users_(std::move(users)) {}

UserEventBatcher::~UserEventBatcher() = default;

void UserEventBatcher::Send(users::v1::ApplyUserEventRequest event, runtime::Deadline deadline, std::string request_id,
                            Done done) {
  {
    std::unique_lock lock(mutex_);
    if (waiting_.size() >= options_.capacity) {
      lock.unlock();
      return done(tl::unexpected<Error>(Overloaded()));
    }
    waiting_.push_back({std::move(event), deadline, std::move(request_id), std::move(done)});
    if (calls_ >= options_.max_calls) return;
    ++calls_;
  }
  Next();
}

UserEventBatcher::Taken UserEventBatcher::TakeWaiting() {
  Taken taken;
  std::size_t bytes = 0;
  while (!waiting_.empty() && taken.batch.size() < options_.max_events) {
    Waiting& first = waiting_.front();
    const bool late = runtime::TimeLeft(first.deadline).count() == 0;
    if (!late) {
      bytes += first.event.ByteSizeLong();
      if (!taken.batch.empty() && bytes > options_.max_bytes) break;
    }
    (late ? taken.late : taken.batch).push_back(std::move(first));
    waiting_.pop_front();
  }
  return taken;
}

void UserEventBatcher::Next() {
  Taken taken;
  {
    const std::lock_guard lock(mutex_);
    taken = TakeWaiting();
    if (taken.batch.empty()) --calls_;
  }
  if (!taken.batch.empty()) Call(std::move(taken.batch));
  for (const Waiting& late : taken.late) {
    late.done(runtime::Fail(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "The event's time was over before it could leave."));
  }
}

void UserEventBatcher::Call(Batch batch) {
  const auto latest =
      std::max_element(batch.begin(), batch.end(), [](const Waiting& a, const Waiting& b) { return a.deadline < b.deadline; });
  runtime::CallContext context{Gateway(), batch.front().request_id, latest->deadline};
  BatchApplyUserEventsRequest request;
  request.mutable_requests()->Reserve(static_cast<int>(batch.size()));
  for (Waiting& waiting : batch) *request.add_requests() = std::move(waiting.event);
  StartCall(users_, &Stub::async_interface::BatchApplyUserEvents, std::move(context), std::move(request),
            Retry::kOnceIfConnectionBroke,
            [this, batch = std::move(batch)](const Result<BatchApplyUserEventsResponse>& answer) { Finish(batch, answer); });
}

void UserEventBatcher::Finish(const Batch& batch, const Result<BatchApplyUserEventsResponse>& answer) {
  Next();
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(ResultOf(answer, i));
}

}  // namespace inkwell::gateway
