#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "encoding/json.h"

namespace clerk::api {

// The path of an operation (its template is explained at Operation::route) with the arguments in it, each percent-encoded as one
// segment. Takes them out of `members`. nullopt if an argument is missing or empty, or would change what the path means: "." and
// "..", also behind any number of layers of percent-encoding (contract, section 9.1).
[[nodiscard]] std::optional<std::string> ExpandPath(std::string_view path_template, encoding::Json& members);

}  // namespace clerk::api
