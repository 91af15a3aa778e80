#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// The texts that clients keep for us without understanding them: base64url (RFC 4648 section 5, no padding) of fields behind a
// version number. Not secret and not signed: whoever may make the call may read from any place.

// Where a consumer of the change stream stands. The position means something only in the database whose history gave it out.
struct ChangeCursor {
  std::string database;
  ChangePosition position;

  friend bool operator==(const ChangeCursor&, const ChangeCursor&) = default;
};

[[nodiscard]] std::string EncodeCursor(const ChangeCursor& cursor);
[[nodiscard]] std::optional<ChangeCursor> DecodeCursor(std::string_view text);

// Up to where a backfill copied the users of an instance: all that were created before.
struct ResumePoint {
  std::string instance_id;  // "" where Clerk does not tell it
  ClerkTime copied_until{};

  friend bool operator==(const ResumePoint&, const ResumePoint&) = default;
};

[[nodiscard]] std::string EncodeResumeToken(const ResumePoint& point);
[[nodiscard]] std::optional<ResumePoint> DecodeResumeToken(std::string_view text);

// Where a page of ListUsers ended: the last user's id.
[[nodiscard]] std::string EncodePageToken(std::string_view last_user_id);
[[nodiscard]] std::optional<std::string> DecodePageToken(std::string_view text);

}  // namespace inkwell::users
