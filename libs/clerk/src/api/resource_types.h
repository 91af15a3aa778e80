#pragma once

#include <string_view>

namespace clerk::api {

// What a type of resource shows. `members` are separated by spaces:
//   name            the member, its name in camel case, if it is there
//   a|b             the first of them that is there
//   name>shown      another name than its own in camel case
//   name:type       the member shown as that type, if it is an object
//   name:[type]     a list of them
//   name=value      JSON, shown if the member is absent; with ~ instead of = also if it is null
struct ResourceType {
  std::string_view name;  // the member "object"; types that are only parts of others have names of ours
  std::string_view members;
};

// The type, or null.
[[nodiscard]] const ResourceType* FindResourceType(std::string_view name);

}  // namespace clerk::api
