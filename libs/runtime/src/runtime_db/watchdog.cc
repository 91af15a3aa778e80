#include "watchdog.h"

#include <sys/socket.h>

#include <algorithm>

namespace inkwell::runtime {
namespace {

constexpr auto kCancelGrace = std::chrono::milliseconds(500);
// Deadline::max() does not survive its conversion to a timespec everywhere.
constexpr auto kLongestSleep = std::chrono::hours(1);

}  // namespace

Watchdog::Watchdog() : thread_([this](const std::stop_token& stop) { Work(stop); }) {}

std::shared_ptr<Watchdog::Watched> Watchdog::Watch(PGconn* connection) {
  auto watched = std::make_shared<Watched>();
  watched->cancel_ = std::shared_ptr<PGcancel>(PQgetCancel(connection), &PQfreeCancel);
  watched->fd_ = PQsocket(connection);
  const std::lock_guard lock(mutex_);
  watched_.push_back(watched);
  return watched;
}

void Watchdog::Forget(const std::shared_ptr<Watched>& watched) {
  const std::lock_guard lock(mutex_);
  std::erase(watched_, watched);
}

void Watchdog::Arm(Watched& watched, Deadline deadline) {
  bool earlier = false;
  {
    const std::lock_guard lock(mutex_);
    watched.armed_ = true;
    watched.due_ = deadline;
    earlier = deadline < next_wake_;
    if (earlier) next_wake_ = deadline;
  }
  // Under load the next wake-up is nearly always an older lease's deadline, so this costs no system call.
  if (earlier) wake_.notify_one();
}

void Watchdog::Disarm(Watched& watched) {
  const std::lock_guard lock(mutex_);
  watched.armed_ = false;
}

Deadline Watchdog::HandleDue(Deadline now) {
  Deadline next = Deadline::max();
  for (const std::shared_ptr<Watched>& watched : watched_) {
    if (!watched->armed_) continue;
    if (watched->due_ <= now) {
      if (!watched->overdue()) {
        watched->overdue_.store(true, std::memory_order_release);
        watched->due_ = now + kCancelGrace;
        if (watched->cancel_) cancels_.Post(watched->cancel_);
      } else {
        ::shutdown(watched->fd_, SHUT_RDWR);
        watched->due_ = Deadline::max();
      }
    }
    next = std::min(next, watched->due_);
  }
  return next;
}

void Watchdog::Work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const Deadline now = std::chrono::steady_clock::now();
    const Deadline sleep_until = std::min(HandleDue(now), now + kLongestSleep);
    next_wake_ = sleep_until;
    wake_.wait_until(lock, stop, sleep_until, [&] { return next_wake_ < sleep_until; });
  }
}

}  // namespace inkwell::runtime
