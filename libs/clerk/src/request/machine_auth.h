#pragma once

#include "clerk/token_type.h"
#include "request/setup.h"

namespace clerk::request {

// Verifies the machine token in the header: a JWT with the keys, any other at Clerk.
[[nodiscard]] Outcome AuthenticateMachine(const Attempt& attempt, TokenType type);

}  // namespace clerk::request
