#pragma once

#include <optional>

#include "clerk/user.h"
#include "encoding/json.h"

namespace clerk::api {

// A user as the Backend API and the webhooks write it (contract, section 8). Nullopt without an id; members that are missing or
// of another type are left at their defaults.
[[nodiscard]] std::optional<User> ParseUser(const encoding::Json& json);

}  // namespace clerk::api
