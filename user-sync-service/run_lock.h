#pragma once

#include <memory>

#include "runtime/error.h"

namespace inkwell::users {

// The right to run, for as long as the object lives.
class RunLease {
 public:
  virtual ~RunLease() = default;
  // Whether the right still holds. It can be lost with the connection to the database.
  [[nodiscard]] virtual bool Held() = 0;
};

// Lets one backfill at a time run, over all replicas. Thread-safe.
class RunLock {
 public:
  virtual ~RunLock() = default;
  // Null: another one runs. Fails with UNAVAILABLE / DATABASE_UNAVAILABLE. Blocks for some seconds at most.
  [[nodiscard]] virtual runtime::Result<std::unique_ptr<RunLease>> TryAcquire() = 0;
};

}  // namespace inkwell::users
