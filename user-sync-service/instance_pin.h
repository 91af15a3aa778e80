#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/call_workers.h"
#include "user-sync-service/caller.h"
#include "user-sync-service/copy_state.h"
#include "user-sync-service/metrics.h"

namespace inkwell::users {

// Keeps the copy to one Clerk instance (design section 3): the first that an event or a token names is pinned in the database for
// ever, for all replicas, and every other is refused. Development and production never mix. Thread-safe.
//
// Errors: FAILED_PRECONDITION / INSTANCE_MISMATCH, and those of CopyState.
class InstancePin final {
 public:
  InstancePin(CopyState& state, Metrics& metrics);

  // Whether the instance is the copy's, pinning it if none is. Blocks nobody: what is known is answered at once, from memory.
  void Confirm(std::string instance_id, Caller caller, Done<void> done);

  // The same, blocking.
  [[nodiscard]] runtime::Result<void> Confirm(const std::string& instance_id, runtime::Deadline deadline);

  // Whether the instance could be the copy's: it is, or none is pinned yet. Pins nothing. Blocking.
  [[nodiscard]] runtime::Result<void> Compare(const std::string& instance_id, runtime::Deadline deadline);

 private:
  [[nodiscard]] std::optional<std::string> Known() const;
  void Remember(std::string pinned);

  CopyState& state_;
  mutable std::mutex mutex_;
  std::optional<std::string> pinned_;  // guarded by mutex_; never changes once set
  CallWorkers workers_;                // last: its worker uses the above
};

// Whether the text can be an instance's id: 1 to 128 characters of [A-Za-z0-9_.-].
[[nodiscard]] bool IsInstanceId(std::string_view text);

}  // namespace inkwell::users
