#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/value_text.h"
#include "clerk/api/call_options.h"
#include "clerk/api/operation.h"
#include "clerk/api_error.h"
#include "clerk/http_client.h"
#include "encoding/json.h"

namespace clerk::api {

// One request of a call, without what the client adds to all of them.
struct PlannedRequest {
  std::string_view verb{};
  std::string path{};  // below the version; percent-encoded
  QueryPairs query{};
  std::vector<HttpHeader> headers{};  // with Content-Type
  std::string body{};
  std::string machine_secret_key{};  // the call's own; goes before the client's keys
};

// What a call sends, in order; usually one request. Fails with kInvalidArgument, naming the operation but no argument's value.
[[nodiscard]] ApiResult<std::vector<PlannedRequest>> PlanRequests(const Operation& operation, const encoding::Json& arguments,
                                                                  const UploadFile* file);

}  // namespace clerk::api
