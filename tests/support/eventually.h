#pragma once

#include <poll.h>

#include <chrono>
#include <utility>

namespace inkwell::testing {

// Whether the condition becomes true before the timeout. For what no test can be told of, such as another process's state;
// inside one process, wait for a condition variable or a future instead.
template <typename Condition>
[[nodiscard]] bool Eventually(Condition&& condition, std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
  const auto give_up = std::chrono::steady_clock::now() + timeout;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= give_up) return false;
    poll(nullptr, 0, 5);
  }
  return true;
}

}  // namespace inkwell::testing
