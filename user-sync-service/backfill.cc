#include "user-sync-service/backfill.h"

#include <utility>

#include "runtime/log.h"
#include "user-sync-service/backfill_run.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Error;
using runtime::Fail;
using runtime::Result;
namespace log = runtime::log;

tl::unexpected<Error> Running() {
  return Fail(Code::kAborted, reason::kBackfillRunning, "Another backfill is running. Try again later.");
}

void LogEnd(const Result<BackfillTotals>& result) {
  if (result) {
    log::Info("backfill finished", {{"applied", result->applied},
                                    {"unchanged", result->unchanged},
                                    {"missing", result->missing},
                                    {"deleted", result->deleted}});
  } else {
    const auto& details = result.error().metadata;
    const auto sqlstate = details.find("sqlstate");
    log::Warn("backfill ended early",
              {{"reason", result.error().reason}, {"sqlstate", sqlstate == details.end() ? "" : sqlstate->second}});
  }
}

}  // namespace

Backfill::Backfill(const Parts& parts, Wait wait)
    : parts_(parts),
      wait_(std::move(wait)),
      workers_(parts.metrics, {.queue = WorkQueue::kBackfill, .workers = 2, .capacity = 4}) {}

Result<BackfillTotals> Backfill::Run(const BackfillRequest& request, const std::stop_token& stop, const OnProgress& on_progress) {
  {
    const std::lock_guard lock(mutex_);
    if (shutting_down_) return Fail(Code::kUnavailable, reason::kOverloaded, "The service is shutting down. Try again.");
    if (std::exchange(running_, true)) return Running();
  }
  std::stop_source either;
  const auto stop_run = [&either] { either.request_stop(); };
  const std::stop_callback by_caller(stop, stop_run);
  const std::stop_callback by_shutdown(shutdown_.get_token(), stop_run);

  auto result = parts_.lock.TryAcquire().and_then([&](std::unique_ptr<RunLease>&& lease) -> Result<BackfillTotals> {
    if (lease == nullptr) return Running();
    log::Info("backfill begins", {{"resumed", !request.resume_token.empty()}, {"delete_missing", request.delete_missing}});
    const std::stop_token token = either.get_token();
    auto totals = BackfillRun(parts_, wait_, request, *lease, token, on_progress).Execute();
    LogEnd(totals);
    return totals;
  });
  if (result) parts_.metrics.SetBackfill(result->missing - result->deleted);
  const std::lock_guard lock(mutex_);
  running_ = false;
  return result;
}

void Backfill::Start(BackfillRequest request, std::stop_source stop, OnProgress on_progress, Done<BackfillTotals> done) {
  // A run lasts as long as it lasts: its caller is the stop token, and not a deadline.
  Caller caller{.deadline = runtime::Deadline::max(), .has_left = [] { return false; }};
  workers_.Run<BackfillTotals>(
      std::move(caller),
      [this, request = std::move(request), stop = std::move(stop), on_progress = std::move(on_progress)](runtime::Deadline) {
        return Run(request, stop.get_token(), on_progress);
      },
      std::move(done));
}

void Backfill::Shutdown() {
  {
    const std::lock_guard lock(mutex_);
    shutting_down_ = true;
  }
  shutdown_.request_stop();
}

}  // namespace inkwell::users
