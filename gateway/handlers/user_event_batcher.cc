#include "gateway/handlers/user_event_batcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "google/rpc/status.pb.h"
#include "runtime/call_context.h"
#include "runtime/log.h"

namespace inkwell::gateway {

using runtime::Code;
using runtime::Error;
using runtime::Result;
using users::v1::ApplyUserEventRequest;
using users::v1::ApplyUserEventResponse;
using users::v1::BatchApplyUserEventsRequest;
using users::v1::BatchApplyUserEventsResponse;

namespace {

// A batch has the latest deadline of its events, so none of them waits longer than this beyond its own.
constexpr std::chrono::milliseconds kDeadlineSpread{500};

// An instance has one id; more would be mistakes.
constexpr std::size_t kMaxKnownInstances = 16;

// What befalls the call is no event's fault, whatever it is called.
Error OfCall(const Error& error) {
  switch (error.code) {
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kCancelled:
    case Code::kResourceExhausted:
      return error;
    default:
      runtime::log::Error("user-sync-service refuses a batch of events", {{"reason", error.reason}});
      return {Code::kUnavailable, error.reason, error.message, {}};
  }
}

Result<ApplyUserEventResponse> ResultOf(const BatchApplyUserEventsResponse& answer, std::size_t event) {
  if (event < static_cast<std::size_t>(answer.results_size())) {
    const auto& result = answer.results(static_cast<int>(event));
    if (result.has_error()) return tl::unexpected<Error>(runtime::FromRpcStatus(result.error()));
    if (result.response().verdict() != ApplyUserEventResponse::VERDICT_UNSPECIFIED) return result.response();
  }
  return runtime::Fail(Code::kInternal, "INTERNAL", "user-sync-service left an event without a result.");
}

}  // namespace

UserEventBatcher::UserEventBatcher(Service<Stub> users, const Options& options) : options_(options), users_(std::move(users)) {}

UserEventBatcher::~UserEventBatcher() = default;

void UserEventBatcher::Send(ApplyUserEventRequest event, runtime::Deadline deadline, std::string request_id, Done done) {
  Waiting waiting{std::move(event), deadline, std::move(request_id), std::move(done)};
  {
    std::unique_lock lock(mutex_);
    if (!IsOfKnownInstance(waiting.event)) {
      lock.unlock();
      return SendAlone(std::move(waiting));
    }
    if (waiting_.size() >= options_.capacity) {
      lock.unlock();
      return waiting.done(tl::unexpected<Error>(Overloaded()));
    }
    waiting_.push_back(std::move(waiting));
  }
  SendNext();
}

bool UserEventBatcher::IsOfKnownInstance(const ApplyUserEventRequest& event) const {
  return event.instance_id().empty() || known_instances_.contains(event.instance_id());
}

void UserEventBatcher::SendAlone(Waiting stranger) {
  auto finish = [this, instance_id = stranger.event.instance_id(),
                 done = std::move(stranger.done)](Result<ApplyUserEventResponse> answer) {
    if (answer) {
      const std::lock_guard lock(mutex_);
      if (known_instances_.size() < kMaxKnownInstances) known_instances_.insert(instance_id);
    }
    done(std::move(answer));
  };
  StartCall(users_, &Stub::async_interface::ApplyUserEvent,
            runtime::CallContext{GatewayItself(), std::move(stranger.request_id), stranger.deadline}, std::move(stranger.event),
            Retry::kOnceIfConnectionBroke, std::move(finish));
}

void UserEventBatcher::SendNext() {
  const Time now = std::chrono::steady_clock::now();
  Taken taken;
  {
    const std::lock_guard lock(mutex_);
    const auto young = std::distance(calls_.upper_bound(now - options_.patience), calls_.end());
    if (static_cast<std::size_t>(young) >= options_.max_calls) return;
    taken = TakeWaiting();
    if (!taken.batch.empty()) calls_.insert(now);
  }
  if (!taken.batch.empty()) Call(std::move(taken.batch), now);
  for (const Waiting& late : taken.late) {
    late.done(runtime::Fail(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "The event's time was over before it could leave."));
  }
}

UserEventBatcher::Taken UserEventBatcher::TakeWaiting() {
  Taken taken;
  std::size_t bytes = 0;
  while (!waiting_.empty() && taken.batch.size() < options_.max_events) {
    Waiting& first = waiting_.front();
    const bool late = runtime::TimeLeft(first.deadline).count() == 0;
    if (!late) {
      bytes += first.event.ByteSizeLong();
      if (!taken.batch.empty() &&
          (bytes > options_.max_bytes || first.deadline > taken.batch.front().deadline + kDeadlineSpread)) {
        break;
      }
    }
    (late ? taken.late : taken.batch).push_back(std::move(first));
    waiting_.pop_front();
  }
  return taken;
}

void UserEventBatcher::Call(Batch batch, Time begun) {
  const auto latest =
      std::max_element(batch.begin(), batch.end(), [](const Waiting& a, const Waiting& b) { return a.deadline < b.deadline; });
  runtime::CallContext context{GatewayItself(), batch.front().request_id, latest->deadline};
  BatchApplyUserEventsRequest request;
  request.mutable_requests()->Reserve(static_cast<int>(batch.size()));
  for (Waiting& waiting : batch) *request.add_requests() = std::move(waiting.event);
  StartCall(users_, &Stub::async_interface::BatchApplyUserEvents, std::move(context), std::move(request),
            Retry::kOnceIfConnectionBroke,
            [this, begun, batch = std::move(batch)](const Result<BatchApplyUserEventsResponse>& answer) {
              Finish(batch, begun, answer);
            });
}

void UserEventBatcher::Finish(const Batch& batch, Time begun, const Result<BatchApplyUserEventsResponse>& answer) {
  {
    const std::lock_guard lock(mutex_);
    calls_.erase(calls_.find(begun));
  }
  SendNext();  // first: the answers below can wait for it, the next batch cannot wait for them
  if (!answer) {
    const Error error = OfCall(answer.error());
    for (const Waiting& waiting : batch) waiting.done(tl::unexpected<Error>(error));
    return;
  }
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(ResultOf(*answer, i));
}

}  // namespace inkwell::gateway
