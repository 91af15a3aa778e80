#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "cancel_thread.h"
#include "runtime/deadline.h"

namespace inkwell::runtime {

// Holds statements to their caller's deadline, without a round trip to set a statement_timeout. At the deadline PostgreSQL is
// asked to cancel (the statement fails with 57014, and the server stops working on it); if the connection still has not come back
// after a grace, because the network is gone, its socket is shut down, which wakes libpq. Thread-safe; never blocks its callers.
class Watchdog final {
 public:
  // One connection, watched while it is leased. Made by Watch, and kept until the connection is closed.
  class Watched final {
   public:
    // Whether a deadline passed: a cancel may still be on its way, so the connection must not be used again.
    [[nodiscard]] bool overdue() const { return overdue_.load(std::memory_order_acquire); }

   private:
    friend class Watchdog;
    std::shared_ptr<PGcancel> cancel_;  // shared with a cancel under way, which may outlive the connection
    int fd_ = -1;
    bool armed_ = false;
    Deadline due_{};
    std::atomic<bool> overdue_{false};
  };

  Watchdog();

  [[nodiscard]] std::shared_ptr<Watched> Watch(PGconn* connection);
  // Before the connection is closed: its descriptor may then be another's.
  void Forget(const std::shared_ptr<Watched>& watched);

  void Arm(Watched& watched, Deadline deadline);
  void Disarm(Watched& watched);

 private:
  void Work(const std::stop_token& stop);
  Deadline HandleDue(Deadline now);

  CancelThread cancels_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::shared_ptr<Watched>> watched_;  // as many as the pool has connections: looked through at each wake-up
  Deadline next_wake_ = Deadline::max();
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace inkwell::runtime
