#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/error.h"

namespace inkwell::gateway {

struct CallBudgetOptions {
  // Calls of one service that may be under way. One that hangs holds as many requests as this, each until its deadline, and no
  // more: what else the gateway does goes on.
  std::size_t max_in_flight = 2048;
  // Calls that may be sent again when connections break. Each answer of the service gives back a tenth of one, so that an outage
  // does not double the load or make every request wait for a service that is away.
  std::int64_t max_repeats = 256;
};

// What one service may cost the gateway, shared by all handlers that call it. Thread-safe.
class CallBudget final {
 public:
  explicit CallBudget(const CallBudgetOptions& options = {});

  // False when the service has enough to do: answer Overloaded() at once. End follows each true.
  [[nodiscard]] bool TryBegin();
  // `answered`: whether the service said something, if only no.
  void End(bool answered);
  // Whether a call whose connection broke may be sent again.
  [[nodiscard]] bool TryRepeat();

 private:
  static constexpr std::int64_t kAnswersForARepeat = 10;

  const CallBudgetOptions options_;
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::int64_t> tenths_;  // of a repeat
};

// UNAVAILABLE, `OVERLOADED`: as a service says it when its own queue is full.
[[nodiscard]] runtime::Error Overloaded();

}  // namespace inkwell::gateway
