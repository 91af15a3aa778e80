#pragma once

#include <optional>

#include "clerk/session.h"
#include "encoding/json.h"

namespace clerk::api {

// The session that a JSON object of the Backend API or of a webhook describes; nullopt if it has no id.
[[nodiscard]] std::optional<Session> ParseSession(const encoding::Json& json);

}  // namespace clerk::api
