#pragma once

#include <chrono>

namespace inkwell::runtime {

// The moment after which an answer is of no use to anybody. Steady, so that a step of the wall clock moves no deadline.
using Deadline = std::chrono::steady_clock::time_point;

[[nodiscard]] inline Deadline DeadlineAfter(std::chrono::milliseconds timeout) {
  return std::chrono::steady_clock::now() + timeout;
}

// What is left, never negative.
[[nodiscard]] inline std::chrono::milliseconds TimeLeft(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return left.count() > 0 ? left : std::chrono::milliseconds{0};
}

}  // namespace inkwell::runtime
