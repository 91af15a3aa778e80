#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace inkwell::emulator {

// A moment in Unix milliseconds: what Clerk's resources carry. Zero stands for "never".
struct UnixMillis {
  std::int64_t value = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the zero that a defaulted <=> compares with for a null pointer.
  friend auto operator<=>(const UnixMillis&, const UnixMillis&) = default;
  friend UnixMillis operator+(UnixMillis moment, std::chrono::milliseconds by) { return {moment.value + by.count()}; }
  friend std::chrono::milliseconds operator-(UnixMillis a, UnixMillis b) { return std::chrono::milliseconds{a.value - b.value}; }

  // JWTs and Svix headers count seconds.
  [[nodiscard]] std::int64_t seconds() const { return value / 1000; }
};

// The emulator's time: tokens, resources and the retry schedule follow it, so that tests decide what time it is. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UnixMillis Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis Now() const override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
  }
};

}  // namespace inkwell::emulator
