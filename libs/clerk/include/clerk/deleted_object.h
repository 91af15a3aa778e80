#pragma once

#include <optional>
#include <string>

namespace clerk {

// What is left of a deleted resource, from a webhook or from the Backend API. Clerk's schema promises no id: without one there is
// nothing to do.
struct DeletedObject {
  std::string object{};  // "user", "organization", …
  std::optional<std::string> id{};
  bool deleted = false;
  std::optional<std::string> slug{};         // of an organization
  std::optional<std::string> external_id{};  // of a user
};

}  // namespace clerk
