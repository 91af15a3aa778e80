#pragma once

#include <functional>

#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::users {

// Who waits for an answer, and for how long.
struct Caller {
  runtime::Deadline deadline;
  std::function<bool()> has_left = [] { return false; };  // nobody waits any more; asked from any thread, before the answer
};

// Called once with the answer, from any thread.
template <typename T>
using Done = std::function<void(runtime::Result<T>)>;

// Nobody would read the answer.
[[nodiscard]] inline bool IsLate(const Caller& caller) {
  return runtime::TimeLeft(caller.deadline).count() == 0 || caller.has_left();
}

}  // namespace inkwell::users
