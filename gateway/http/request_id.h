#pragma once

#include <string>
#include <string_view>

namespace inkwell::gateway {

// 128 random bits as 32 lower-case hex digits. Unique, not secret. Thread-safe: each thread has its own generator.
[[nodiscard]] std::string NewRequestId();

// Whether a client's X-Request-Id may become ours: ^[A-Za-z0-9._-]{1,64}$.
[[nodiscard]] bool IsValidRequestId(std::string_view text);

}  // namespace inkwell::gateway
