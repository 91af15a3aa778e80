#pragma once

#include "clerk/error.h"
#include "request/setup.h"

namespace clerk::request {

// The decision of section 5.5 of the contract for a request without a token in its header.
[[nodiscard]] Outcome AuthenticateByCookies(const Attempt& attempt);

// The rest of the decision for a request with a token in its header, where that could not be verified at once: what TryVerify
// said, or that it could say nothing.
[[nodiscard]] Outcome AuthenticateByHeader(const Attempt& attempt);

}  // namespace clerk::request
