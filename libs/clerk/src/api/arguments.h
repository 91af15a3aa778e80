#pragma once

#include <optional>

#include "clerk/api/operation.h"
#include "clerk/api_error.h"
#include "encoding/json.h"

namespace clerk::api {

// The arguments of a call by name.
struct BoundArguments {
  encoding::Json members = encoding::Json::object();
  std::optional<encoding::Json> list{};  // the argument `[]`: objects that are the body
};

// Gives the arguments of a call, a JSON array in the order of Operation::arguments, their names. A missing argument and null are
// the same: not given. The operation's defaults stand in for members that are absent. Fails with kInvalidArgument if there are
// too many arguments or one has another form than the operation says.
[[nodiscard]] ApiResult<BoundArguments> BindArguments(const Operation& operation, const encoding::Json& arguments);

// A call that is refused before anything is sent. `message` must not quote an argument.
[[nodiscard]] ApiError InvalidArgument(std::string message);

}  // namespace clerk::api
