#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/user.h"

namespace inkwell::users {

// What a user may change of themself. Absent: left alone; engaged with nullopt: cleared.
struct ProfileUpdate {
  std::optional<std::optional<std::string>> first_name;
  std::optional<std::optional<std::string>> last_name;
  std::optional<std::optional<std::string>> username;
};

// `metadata` of UNAVAILABLE / CLERK_UNAVAILABLE: Clerk asked to wait so many seconds.
inline constexpr char kRetryAfterMetadata[] = "retry_after";
// `metadata` of UNAVAILABLE / CLERK_UNAVAILABLE: Clerk's status, where it answered one that no repetition changes (a wrong key).
inline constexpr char kClerkStatusMetadata[] = "clerk_status";

// Clerk's own record of the users. A port: clerk_api.h asks the Backend API. Thread-safe; calls block until their deadline.
//
// Errors: NOT_FOUND / USER_NOT_FOUND only when Clerk answered that it has no such user; INVALID_ARGUMENT / CLERK_REFUSED when it
// refused the values (`metadata.code`, `metadata.field`), of Update only; UNAVAILABLE / CLERK_UNAVAILABLE for all else (no
// answer, another refusal, a reply that is not what was asked for).
class ClerkUsers {
 public:
  virtual ~ClerkUsers() = default;

  [[nodiscard]] virtual runtime::Result<User> Get(const std::string& user_id, runtime::Deadline deadline) = 0;

  // Some users from the `offset`th on, in the order of their creation. Fewer than `limit` mean nothing.
  [[nodiscard]] virtual runtime::Result<std::vector<User>> List(std::int64_t offset, int limit, runtime::Deadline deadline) = 0;

  [[nodiscard]] virtual runtime::Result<std::int64_t> Count(runtime::Deadline deadline) = 0;

  // The user as changed. Without an answer nobody knows whether it was.
  [[nodiscard]] virtual runtime::Result<User> Update(const std::string& user_id, const ProfileUpdate& update,
                                                     runtime::Deadline deadline) = 0;

  [[nodiscard]] virtual runtime::Result<void> Delete(const std::string& user_id, runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::users
