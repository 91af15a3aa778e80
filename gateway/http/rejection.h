#pragma once

#include <string_view>

namespace inkwell::gateway {

// Why bytes are not a request that we take. The connection ends after the answer: what follows on it cannot be trusted.
struct Rejection {
  int status = 400;
  std::string_view reason;  // UPPER_SNAKE constant; also the metric's label
  std::string_view detail;  // constant sentence; never echoes what was sent
};

}  // namespace inkwell::gateway
