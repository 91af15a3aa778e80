#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "posts-service/clock.h"
#include "runtime/deadline.h"
#include "runtime/error.h"

// What posts-service needs of user-sync-service: the port.
namespace inkwell::posts {

// A user that exists.
struct KnownUser {
  bool banned = false;
};

// Answers whether a user exists. Thread-safe.
class UserDirectory {
 public:
  virtual ~UserDirectory() = default;

  // Whose word counts.
  enum class Source {
    kCopyThenClerk,  // the copy's, and Clerk's where the copy has no such user
    kClerk,          // Clerk's alone: for what cannot be undone
  };
  using Answer = std::function<void(runtime::Result<KnownUser>)>;
  // Asks without waiting; `answer` is called once, from any thread, and must not block. NOT_FOUND / USER_NOT_FOUND: the user does
  // not exist (or was deleted). INVALID_ARGUMENT / INVALID_FIELD: this can be no user's id. FAILED_PRECONDITION /
  // CLERK_NOT_CONFIGURED: there is no Clerk whose word could count. UNAVAILABLE / USERS_UNAVAILABLE: anything else; ask again
  // later.
  // `request_id` is that of the request on whose account it is asked; empty: none.
  virtual void Ask(const std::string& user_id, Source source, const std::string& request_id, runtime::Deadline deadline,
                   Answer answer) = 0;
};

// The latest state of one user on the change stream.
struct UserChange {
  std::string user_id;
  bool deleted = false;
  bool banned = false;
  Timestamp changed_at;  // when the copy was written, for the lag; the epoch if the stream does not say
};

struct UserChanges {
  std::vector<UserChange> users;
  std::string cursor;  // where to go on after these
  bool caught_up = false;
};

// The change stream of the users. Thread-safe.
class UserChangeStream {
 public:
  virtual ~UserChangeStream() = default;

  // Follows from `cursor` (empty: from the beginning), calling `take` for each response, until `take` returns false (then the
  // result is success), `stop` is requested (the same), or the stream ends (the same, if it was not cut). Errors:
  // FAILED_PRECONDITION / CURSOR_INVALID (follow from the beginning), or another (follow again). Blocks.
  [[nodiscard]] virtual runtime::Result<void> Follow(const std::string& cursor, std::stop_token stop,
                                                     const std::function<bool(const UserChanges&)>& take) = 0;
};

}  // namespace inkwell::posts
