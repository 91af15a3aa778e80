#pragma once

#include <string>

#include "user-sync-service/run_lock.h"

namespace inkwell::users {

// An advisory lock of PostgreSQL on a connection of its own: whoever dies gives it up, and no pool hands its session on.
// Uses libpq itself, as the change listener does, so that no wait is without an end.
class PostgresRunLock final : public RunLock {
 public:
  // `url` as for runtime::Database.
  explicit PostgresRunLock(std::string url) : url_(std::move(url)) {}

  [[nodiscard]] runtime::Result<std::unique_ptr<RunLease>> TryAcquire() override;

 private:
  const std::string url_;
};

}  // namespace inkwell::users
