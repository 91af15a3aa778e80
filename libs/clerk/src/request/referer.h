#pragma once

#include "request/setup.h"

namespace clerk::request {

// Whether the page was opened from another origin that is none of Clerk's own: perhaps a satellite, where the session may have
// changed (contract, section 5.5, row n).
[[nodiscard]] bool ComesFromElsewhere(const Attempt& attempt);

}  // namespace clerk::request
