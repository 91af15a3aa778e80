#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "clerk-emulator/base/clock.h"

namespace inkwell::emulator {

// Another clock that can be made to run ahead of itself, for as long as the process lives. Thread-safe.
class AdjustableClock final : public Clock {
 public:
  // `real` must outlive it.
  explicit AdjustableClock(const Clock& real) : real_(real) {}

  [[nodiscard]] UnixMillis Now() const override { return real_.Now() + ahead(); }
  [[nodiscard]] std::chrono::milliseconds ahead() const { return std::chrono::milliseconds(ahead_.load()); }

  void Advance(std::chrono::milliseconds by) { ahead_ += by.count(); }
  void Reset() { ahead_ = 0; }

 private:
  const Clock& real_;
  std::atomic<std::int64_t> ahead_{0};
};

}  // namespace inkwell::emulator
