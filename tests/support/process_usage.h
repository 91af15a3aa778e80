#pragma once

#include <sys/types.h>

#include <cstddef>

namespace inkwell::testing {

// What a process holds right now, by /proc. All zero if it does not run.
struct ProcessUsage {
  std::size_t resident_kib = 0;
  std::size_t threads = 0;
  std::size_t descriptors = 0;
};
[[nodiscard]] ProcessUsage UsageOf(pid_t process);

}  // namespace inkwell::testing
