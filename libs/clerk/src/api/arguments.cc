#include "api/arguments.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "encoding/text.h"

namespace clerk::api {
namespace {

using encoding::Json;

std::vector<std::string_view> Slots(const Operation& operation) {
  if (operation.arguments.empty()) return {};
  auto slots = encoding::Split(operation.arguments, ',');
  for (auto& slot : slots) slot = encoding::Trim(slot);
  return slots;
}

bool IsListOfObjects(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_object(); });
}

}  // namespace

ApiResult<BoundArguments> BindArguments(const Operation& operation, const Json& arguments) {
  const std::string name(operation.name);
  if (!arguments.is_array()) return InvalidArgument("The arguments of " + name + " are not a JSON array.");
  const auto slots = Slots(operation);
  if (arguments.size() > slots.size()) {
    return InvalidArgument(name + " takes " + std::to_string(slots.size()) + " arguments at most.");
  }
  BoundArguments bound;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Json& argument = arguments[i];
    if (argument.is_null()) continue;
    if (slots[i] == "{}") {
      if (!argument.is_object()) return InvalidArgument(name + ": argument " + std::to_string(i + 1) + " is not an object.");
      bound.members.update(argument);
    } else if (slots[i] == "[]") {
      if (!IsListOfObjects(argument))
        return InvalidArgument(name + ": argument " + std::to_string(i + 1) + " is not a list of objects.");
      bound.list = argument;
    } else {
      bound.members[std::string(slots[i])] = argument;
    }
  }
  if (!operation.defaults.empty()) {
    const auto defaults = encoding::ParseJson(operation.defaults);
    for (const auto& [member, value] : defaults->items()) bound.members.emplace(member, value);
  }
  return bound;
}

ApiError InvalidArgument(std::string message) {
  ApiError error;
  error.failure = ApiFailure::kInvalidArgument;
  error.message = std::move(message);
  return error;
}

}  // namespace clerk::api
