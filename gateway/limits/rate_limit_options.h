#pragma once

#include <cstdint>

namespace inkwell::gateway {

// Requests per second; 0 is no limit.
struct RateLimitOptions {
  std::int64_t per_user = 0;
  std::int64_t per_address = 0;
};

}  // namespace inkwell::gateway
