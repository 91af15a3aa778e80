#pragma once

#include <string>
#include <string_view>

#include "encoding/json.h"

namespace clerk::api {

// "primaryEmailAddressID" → "primary_email_address_id", "web3Wallet" → "web3_wallet": a word ends before a capital that follows a
// small letter or a digit, and before the last capital of a row of them; whatever is no letter or digit separates words.
[[nodiscard]] std::string SnakeCase(std::string_view name);

// "last_active_at" → "lastActiveAt".
[[nodiscard]] std::string CamelCase(std::string_view name);

enum class Depth { kTop, kAll };

// The object with its names in snake case; anything but an object is returned as it is. With kTop the values stay verbatim, with
// kAll objects in them and in their lists are changed too.
[[nodiscard]] encoding::Json SnakeNames(const encoding::Json& value, Depth depth);

}  // namespace clerk::api
