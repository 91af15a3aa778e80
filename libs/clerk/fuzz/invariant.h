#pragma once

#include <cstdio>
#include <cstdlib>

namespace clerk::fuzz {

// Ends the process, which is how a fuzz target tells a finding.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace clerk::fuzz
