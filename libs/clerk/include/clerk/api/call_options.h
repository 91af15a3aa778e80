#ifndef CLERK_API_CALL_OPTIONS_H_
#define CLERK_API_CALL_OPTIONS_H_

#include <chrono>
#include <optional>

namespace clerk {

struct CallOptions {
  // For the whole call with its retries; absent: the client's default.
  std::optional<std::chrono::milliseconds> timeout;
};

}  // namespace clerk

#endif  // CLERK_API_CALL_OPTIONS_H_
