#pragma once

#include <string>

#include "user-sync-service/call_workers.h"
#include "user-sync-service/caller.h"
#include "user-sync-service/clerk_sessions.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// What users change at Clerk through us, with read-your-writes: Clerk's answer is in the copy before the caller gets one. If
// Clerk did it and the copy cannot be written, the caller is told UNAVAILABLE; the webhook, or the next try, brings it. Works on
// its own workers, which may block. Thread-safe.
//
// Errors of every call: those of the port that it asks, those of the repository, UNAVAILABLE / OVERLOADED and DEADLINE_EXCEEDED.
class ProfileWriter final {
 public:
  // Who changes the user. A user whom the copy holds for banned may not: PERMISSION_DENIED / USER_BANNED.
  enum class Author { kUser, kOperator };

  struct Options {
    std::size_t workers = 4;
    std::size_t capacity = 256;
  };

  ProfileWriter(ClerkUsers& clerk, ClerkSessions& sessions, UserRepository& copy, InstancePin& pin, Metrics& metrics,
                Options options);

  // The user as the copy holds them afterwards.
  void Update(std::string user_id, Author author, ProfileUpdate update, Caller caller, Done<StoredUser> done);

  // Safe to repeat: that Clerk knows no such user leaves a tombstone just as well, but if the secret key is of another instance
  // than the copy, or that cannot be found out now: UNAVAILABLE / CLERK_UNAVAILABLE.
  void Delete(std::string user_id, Author author, Caller caller, Done<void> done);

  // The signed token: a secret.
  void CreateTemplateToken(TemplateTokenRequest request, Caller caller, Done<std::string> done);

 private:
  [[nodiscard]] runtime::Result<void> CheckNotBanned(const std::string& user_id, Author author, runtime::Deadline deadline);
  [[nodiscard]] runtime::Result<void> DeleteAndStore(const std::string& user_id, runtime::Deadline deadline);

  ClerkUsers& clerk_;
  ClerkSessions& sessions_;
  UserRepository& copy_;
  InstancePin& pin_;
  Metrics& metrics_;
  CallWorkers workers_;  // last: its workers use the above
};

}  // namespace inkwell::users
