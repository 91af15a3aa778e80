#pragma once

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/user.h"
#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// Stores a user as Clerk's Backend API told them, under the version rule, and answers what the copy holds then: it may be newer
// than what Clerk told a moment ago. Errors: NOT_FOUND / USER_NOT_FOUND (a tombstone), UNAVAILABLE / CLERK_UNAVAILABLE (the user
// cannot be one), and those of the repository.
[[nodiscard]] runtime::Result<StoredUser> StoreClerkUser(UserRepository& copy, Metrics& metrics, User user, ChangeSource source,
                                                         runtime::Deadline deadline);

}  // namespace inkwell::users
