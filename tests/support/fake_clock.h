#pragma once

#include <atomic>
#include <chrono>
#include <functional>

namespace inkwell::testing {

// A wall clock that stands still until it is told to move. Thread-safe.
class FakeClock final {
 public:
  using TimePoint = std::chrono::system_clock::time_point;

  explicit FakeClock(TimePoint start = TimePoint(std::chrono::seconds(1'700'000'000))) : now_(start.time_since_epoch()) {}
  FakeClock(const FakeClock&) = delete;
  FakeClock& operator=(const FakeClock&) = delete;

  [[nodiscard]] TimePoint Now() const { return TimePoint(now_.load()); }
  void Set(TimePoint now) { now_.store(now.time_since_epoch()); }
  void Advance(std::chrono::system_clock::duration by) { now_.store(now_.load() + by); }

  // For what takes its time from a function. The clock must outlive it.
  [[nodiscard]] std::function<TimePoint()> AsFunction() {
    return [this] { return Now(); };
  }

 private:
  std::atomic<std::chrono::system_clock::duration> now_;
};

}  // namespace inkwell::testing
