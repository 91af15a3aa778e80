#pragma once

#include <functional>

#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {

// A handler that runs only for a signed-in user, whom `principal` names. Like any handler it must not block.
using SessionHandler = std::function<void(const RequestInfo&, const runtime::Principal& principal, Reply)>;

}  // namespace inkwell::gateway
