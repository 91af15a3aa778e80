#pragma once

#include <chrono>

namespace clerk {

// Where the SDK gets its time from. Implementations must be thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall-clock time: what `exp`, `nbf`, `iat` and webhook timestamps are compared with.
  [[nodiscard]] virtual std::chrono::system_clock::time_point Now() const = 0;
  // Monotonic time: the age of cached keys, which no change of the wall clock may stretch.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point SteadyNow() const = 0;
  // The pause between two attempts of a request.
  virtual void SleepFor(std::chrono::milliseconds pause) const = 0;

  // The machine's clocks; lives as long as the process.
  [[nodiscard]] static const Clock& System();
};

}  // namespace clerk
