#pragma once

#include <optional>

#include "clerk/user.h"
#include "encoding/json.h"
#include "encoding/json_text.h"

namespace clerk::api {

// A user as the Backend API and the webhooks write it (contract, section 8). Nullopt without an id; members that are missing or
// of another type are left at their defaults.
[[nodiscard]] std::optional<User> ParseUser(const encoding::Json& json);
// The same without a document, for webhooks. Nullopt also if the metadata are beyond what encoding::ParseJson reads.
[[nodiscard]] std::optional<User> ParseUser(encoding::JsonValue json);

}  // namespace clerk::api
