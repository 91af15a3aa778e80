#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pool_metrics.h"
#include "session.h"
#include "task_thread.h"
#include "watchdog.h"

namespace inkwell::runtime {

// Keeps up to `connections` sessions. A dead one is noticed when it is given back or before it is leased again, and replaced. Not
// soci::connection_pool, which never checks and never reconnects. Thread-safe. Connections are opened by a thread of the pool, so
// that a lease waits for exactly as long as its deadline allows; when PostgreSQL cannot be reached, leases fail at once instead
// of piling up.
class Pool final {
 public:
  // `metrics` may be null.
  Pool(std::string connection_string, std::size_t connections, prometheus::Registry* metrics);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Fails with DEADLINE_EXCEEDED or DATABASE_UNAVAILABLE.
  [[nodiscard]] Result<std::unique_ptr<Session>> Lease(Deadline deadline);
  void Return(std::unique_ptr<Session> session);

 private:
  std::unique_ptr<Session> TakeIdle(std::unique_lock<std::mutex>& lock);
  void RequestConnection();
  void OpenConnection();
  void DropIdle(std::unique_ptr<Session> dead);

  const std::string connection_string_;
  const std::size_t capacity_;
  PoolMetrics metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t open_ = 0;        // leased and idle
  std::size_t requested_ = 0;   // being opened
  std::size_t waiting_ = 0;     // leases without a session
  std::uint64_t failures_ = 0;  // to open one, ever
  Error last_failure_;
  Deadline last_failure_time_{};
  Deadline last_failure_logged_{};
  Watchdog watchdog_;
  TaskThread connecting_;
  std::vector<std::unique_ptr<Session>> idle_;  // the last one used is leased first; they end before the watchdog
};

}  // namespace inkwell::runtime
