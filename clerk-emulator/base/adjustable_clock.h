#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>

#include "clerk-emulator/base/clock.h"
#include "runtime/error.h"

namespace inkwell::emulator {

// Another clock that can be made to run ahead of itself. Thread-safe.
class AdjustableClock final : public Clock {
 public:
  // `real` must outlive it.
  explicit AdjustableClock(const Clock& real, std::chrono::milliseconds ahead = {}) : real_(real), ahead_(ahead.count()) {}

  [[nodiscard]] UnixMillis Now() const override { return real_.Now() + ahead(); }
  [[nodiscard]] std::chrono::milliseconds ahead() const { return std::chrono::milliseconds(ahead_.load()); }

  void Advance(std::chrono::milliseconds by) { ahead_ += by.count(); }
  void Reset() { ahead_ = 0; }

 private:
  const Clock& real_;
  std::atomic<std::int64_t> ahead_;
};

// How far ahead the clock was when it was last kept in the data directory; zero if it never was. Fails with UNAVAILABLE /
// FILE_NOT_READ.
[[nodiscard]] runtime::Result<std::chrono::milliseconds> ReadClock(const std::filesystem::path& directory);
// Fails with UNAVAILABLE / FILE_NOT_WRITTEN.
[[nodiscard]] runtime::Result<void> KeepClock(const std::filesystem::path& directory, std::chrono::milliseconds ahead);

}  // namespace inkwell::emulator
