#pragma once

#include <optional>

#include "request/setup.h"

namespace clerk::request {

// The synchronization of a satellite with its primary application (contract, section 5.5, rows b to d); nullopt if the request
// needs none.
[[nodiscard]] std::optional<Result<RequestState>> SyncDomains(const Attempt& attempt);

// Refuses a sign_in_url that is no URL, or that leads back to the satellite itself, which the Origin header of a request tells.
// An error of the configuration.
[[nodiscard]] Result<void> CheckSignInUrl(const Setup& setup, const IncomingRequest& request);

}  // namespace clerk::request
