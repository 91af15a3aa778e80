#pragma once

#include "clerk/api/operation.h"
#include "encoding/json.h"

namespace clerk::api {

// An answer as Clerk's SDKs show it: resources with the members that the SDK knows, in camel case (the type is told by the member
// "object", or for a deletion by "deleted"), a page as {data, totalCount}, a count as a number. Whatever has no known type is
// returned as Clerk sent it.
[[nodiscard]] encoding::Json ViewReply(const Operation& operation, const encoding::Json& reply);

}  // namespace clerk::api
