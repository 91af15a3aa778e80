#pragma once

#include <chrono>
#include <optional>

namespace clerk {

struct CallOptions {
  // For the whole call with its retries; absent: the client's default.
  std::optional<std::chrono::milliseconds> timeout{};
};

}  // namespace clerk
