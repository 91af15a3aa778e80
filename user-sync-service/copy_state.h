#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::users {

// What a backfill did.
struct BackfillTotals {
  std::int64_t applied = 0;    // users that the copy did not have or had in an older version
  std::int64_t unchanged = 0;  // users that the copy had already as they are, or newer
  std::int64_t missing = 0;    // users that the copy has and for which Clerk answered 404
  std::int64_t deleted = 0;    // those of them that were deleted
};

// What is kept about the copy as a whole, for all replicas. Thread-safe; calls block until their deadline at most.
// Errors: as UserRepository.
class CopyState {
 public:
  virtual ~CopyState() = default;

  // Makes the instance the copy's, unless another one already is. Answers the copy's.
  [[nodiscard]] virtual runtime::Result<std::string> PinInstance(const std::string& instance_id, runtime::Deadline deadline) = 0;
  [[nodiscard]] virtual runtime::Result<std::optional<std::string>> PinnedInstance(runtime::Deadline deadline) = 0;

  // Further names of the copy's instance.
  [[nodiscard]] virtual runtime::Result<std::vector<std::string>> InstanceAliases(runtime::Deadline deadline) = 0;
  [[nodiscard]] virtual runtime::Result<void> AddInstanceAliases(const std::vector<std::string>& aliases,
                                                                 runtime::Deadline deadline) = 0;

  // A backfill reached its end.
  [[nodiscard]] virtual runtime::Result<void> NoteBackfill(const BackfillTotals& totals, runtime::Deadline deadline) = 0;
  // How long ago the last one did; if none ever has, how long ago the copy was begun.
  [[nodiscard]] virtual runtime::Result<std::chrono::milliseconds> SinceBackfill(runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::users
