#pragma once

#include <chrono>
#include <functional>

namespace inkwell::posts {

// Wall-clock time, to the microsecond: PostgreSQL's resolution.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// The wall clock; tests pass their own.
using Clock = std::function<Timestamp()>;

}  // namespace inkwell::posts
