#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::runtime {

// Brings a service's schema up to date in the background, as soon as PostgreSQL lets it: the program starts in any order with its
// database. One log line for each new reason to wait, one when it is done.
class SchemaPreparation final {
 public:
  // `prepare` is called again, after a pause, while it fails for a reason that may pass (UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED,
  // MIGRATION_PENDING).
  // `ready` is called once, when it succeeded; `failed` once instead, when it cannot (a migration was changed, or the database is
  // newer than the program). All from this object's thread; they must outlive the object.
  SchemaPreparation(std::function<Result<void>(Deadline)> prepare, std::function<void()> ready, std::function<void()> failed);

 private:
  void Run(const std::stop_token& stop);

  const std::function<Result<void>(Deadline)> prepare_;
  const std::function<void()> ready_;
  const std::function<void()> failed_;
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace inkwell::runtime
