#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "encoding/json.h"

namespace clerk::api {

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

// The value as the text of an argument of a path: a string, a number, or a list of such joined by commas. "" for anything else,
// which no path takes.
[[nodiscard]] std::string PathText(const encoding::Json& value);

// The members as pairs of a query, names in snake case. Null, false, 0 and "" are not sent, because they are the API's defaults;
// a list repeats its name, and an empty one is not sent (contract, section 9.1).
[[nodiscard]] QueryPairs QueryOf(const encoding::Json& members);

// application/x-www-form-urlencoded.
[[nodiscard]] std::string FormEncode(const QueryPairs& pairs);

}  // namespace clerk::api
