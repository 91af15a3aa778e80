#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "runtime/error.h"
#include "runtime/pause.h"
#include "user-sync-service/call_workers.h"
#include "user-sync-service/clerk_instance.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/copy_state.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/run_lock.h"
#include "user-sync-service/user_repository.h"

namespace inkwell::users {

struct BackfillRequest {
  std::string resume_token;  // of an interrupted run's progress; "": from the beginning
  bool delete_missing = false;
  int page_size = 500;  // 2 to 500
};

struct BackfillProgress {
  enum class Phase : std::uint8_t { kCopying, kConfirming };

  Phase phase = Phase::kCopying;
  std::int64_t done = 0;   // of this phase
  std::int64_t total = 0;  // never less than done
  BackfillTotals totals;
  std::string resume_token;  // "" before anything was copied
  bool finished = false;
};

// Copies Clerk's users into ours and finds the deletions that were missed, beside whatever webhooks come meanwhile
// (docs/adr/0043). One run at a time over all replicas. Thread-safe.
//
// Nothing that a listing does not say means anything: users who are in the copy and not in the listing are asked for one by one,
// and only Clerk's 404 for that very id makes one missing. Missing users are counted first; they are deleted only when that was
// asked for, and none of them if they are more than 5 % of the copy (and more than one).
//
// Errors of a run: ABORTED / BACKFILL_RUNNING, FAILED_PRECONDITION / TOO_MANY_DELETIONS or INSTANCE_MISMATCH, INVALID_ARGUMENT /
// INVALID_FIELD (the token), UNAVAILABLE / CLERK_UNAVAILABLE (after patient retries; at once where Clerk refuses the key) or
// DATABASE_UNAVAILABLE, CANCELLED / CANCELLED.
class Backfill final {
 public:
  struct Parts {
    ClerkUsers& clerk;
    ClerkInstance& clerk_instance;
    UserRepository& copy;
    CopyState& state;
    InstancePin& pin;
    RunLock& lock;
    Metrics& metrics;
  };
  // Waits; false at once when the token is stopped.
  using Wait = std::function<bool(std::chrono::milliseconds, const std::stop_token&)>;
  using OnProgress = std::function<void(const BackfillProgress&)>;

  explicit Backfill(
      const Parts& parts,
      Wait wait = [](std::chrono::milliseconds time, const std::stop_token& stop) { return runtime::Pause(stop, time); });

  // A whole run, blocking. `on_progress` is called from this thread, often.
  [[nodiscard]] runtime::Result<BackfillTotals> Run(const BackfillRequest& request, const std::stop_token& stop,
                                                    const OnProgress& on_progress);

  // The same on a worker; `done` is called once, and after it nothing. A run under way is BACKFILL_RUNNING at once.
  void Start(BackfillRequest request, std::stop_source stop, OnProgress on_progress, Done<BackfillTotals> done);

  // Ends the run under way soon, and lets none begin.
  void Shutdown();

 private:
  const Parts parts_;
  const Wait wait_;
  std::mutex mutex_;
  bool shutting_down_ = false;  // guarded by mutex_
  bool running_ = false;        // guarded by mutex_
  std::stop_source shutdown_;
  CallWorkers workers_;  // last: its workers use the above. Two: one runs, the other tells that one runs
};

}  // namespace inkwell::users
