#pragma once

#include <chrono>
#include <string>

#include "gateway/http/request_record.h"

namespace inkwell::gateway {

// The client's X-Request-Id when it is safe to pass on, else a new id.
[[nodiscard]] std::string RequestIdOf(const RequestRecord& record);

// The one line per request. It has the route's pattern, not the path: what a client wrote stays out of the log. `client` is
// numeric.
void LogAccess(const RequestRecord& record, int status, std::chrono::steady_clock::duration took);

}  // namespace inkwell::gateway
