#pragma once

#include <map>
#include <string>

#include "gateway/http/response.h"

namespace inkwell::gateway {

// GET /livez: the event loop turns.
[[nodiscard]] Response LiveResponse();

// GET /readyz: 200 when nothing is missing, else 503 with the names: {"status":"not ready","missing":{"posts-service":"…"}}.
[[nodiscard]] Response ReadyResponse(const std::map<std::string, std::string>& missing);

}  // namespace inkwell::gateway
