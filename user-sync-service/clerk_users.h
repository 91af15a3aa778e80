#pragma once

#include <string>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/user.h"

namespace inkwell::users {

// Clerk's own record of the users. A port: clerk_api_users.h asks the Backend API. Thread-safe; calls block until their deadline.
class ClerkUsers {
 public:
  virtual ~ClerkUsers() = default;

  // Errors: NOT_FOUND / USER_NOT_FOUND only when Clerk answered that it has no such user; UNAVAILABLE / CLERK_UNAVAILABLE for all
  // else (no answer, a refusal, a reply that is not a user).
  [[nodiscard]] virtual runtime::Result<User> Get(const std::string& user_id, runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::users
