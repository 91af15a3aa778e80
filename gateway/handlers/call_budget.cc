#include "gateway/handlers/call_budget.h"

namespace inkwell::gateway {

CallBudget::CallBudget(const CallBudgetOptions& options) : options_(options), tenths_(options.max_repeats * kAnswersForARepeat) {}

bool CallBudget::TryBegin() {
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) < options_.max_in_flight) return true;
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void CallBudget::End(bool answered) {
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  if (!answered) return;
  std::int64_t tenths = tenths_.load(std::memory_order_relaxed);
  while (tenths < options_.max_repeats * kAnswersForARepeat &&
         !tenths_.compare_exchange_weak(tenths, tenths + 1, std::memory_order_relaxed)) {
  }
}

bool CallBudget::TryRepeat() {
  std::int64_t tenths = tenths_.load(std::memory_order_relaxed);
  while (tenths >= kAnswersForARepeat) {
    if (tenths_.compare_exchange_weak(tenths, tenths - kAnswersForARepeat, std::memory_order_relaxed)) return true;
  }
  return false;
}

runtime::Error Overloaded() {
  return {runtime::Code::kUnavailable, "OVERLOADED", "Too many calls of this service are under way.", {}};
}

}  // namespace inkwell::gateway
