#include "http/deadline_watch.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace clerk::http {

DeadlineWatch::Guard::Guard(DeadlineWatch& watch, Time deadline, std::function<void()> on_late) : watch_(watch) {
  const std::lock_guard lock(watch_.mutex_);
  entry_ = watch_.entries_.insert(watch_.entries_.end(), {deadline, std::move(on_late)});
  if (!watch_.thread_.joinable()) {
    watch_.thread_ = std::jthread([&watch](const std::stop_token& stop) { watch.Run(stop); });
  }
  if (deadline < watch_.next_wake_) {
    watch_.woken_ = true;
    watch_.changed_.notify_one();
  }
}

DeadlineWatch::Guard::~Guard() {
  std::jthread caller;  // joined last, without the mutex
  const std::lock_guard lock(watch_.mutex_);
  caller = std::move(entry_->caller);
  watch_.entries_.erase(entry_);
}

bool DeadlineWatch::Guard::fired() const {
  const std::lock_guard lock(watch_.mutex_);
  return entry_->fired;
}

void DeadlineWatch::Call(Entry& entry) {
  try {
    entry.caller = std::jthread(entry.on_late);
  } catch (const std::system_error&) {
    entry.on_late();  // without a thread to be had, better late than never
  }
}

void DeadlineWatch::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const Time now = std::chrono::steady_clock::now();
    next_wake_ = Time::max();
    for (Entry& entry : entries_) {
      if (entry.fired) continue;
      if (entry.deadline <= now) {
        entry.fired = true;
        Call(entry);
      } else {
        next_wake_ = std::min(next_wake_, entry.deadline);
      }
    }
    woken_ = false;
    if (next_wake_ == Time::max()) {
      changed_.wait(lock, stop, [this] { return woken_; });
    } else {
      changed_.wait_until(lock, stop, next_wake_, [this] { return woken_; });
    }
  }
}

}  // namespace clerk::http
