#pragma once

#include <sys/types.h>

#include <cstddef>

namespace inkwell::testing {

// Whether resident memory says anything about the programs of this build: a sanitizer shadows their memory, and keeps freed
// memory back. Its bounds are checked only then.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kResidentMemoryCounts = false;
#else
inline constexpr bool kResidentMemoryCounts = true;
#endif

// What a process holds right now, by /proc. All zero if it does not run.
struct ProcessUsage {
  std::size_t resident_kib = 0;
  std::size_t threads = 0;
  std::size_t descriptors = 0;
};
[[nodiscard]] ProcessUsage UsageOf(pid_t process);

}  // namespace inkwell::testing
