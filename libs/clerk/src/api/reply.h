#pragma once

#include <string>

#include "clerk/api_error.h"
#include "clerk/http_client.h"
#include "encoding/json.h"

namespace clerk::api {

// The JSON of a success (null if it is 204, or empty without a claim to be JSON), or the error in Clerk's form (contract,
// sections 9.2 and 9.3).
[[nodiscard]] ApiResult<encoding::Json> ReadReply(const HttpResponse& response);

// A success that is not what the API promises.
[[nodiscard]] ApiError MalformedReply(std::string message);

}  // namespace clerk::api
