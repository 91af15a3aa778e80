#pragma once

#include <string>
#include <string_view>

#include "runtime/error.h"
#include "user-sync-service/user.h"

namespace inkwell::users {

// Whether the text can be a user's id: 1 to 128 characters of [A-Za-z0-9_.-], the same as in a principal.
[[nodiscard]] bool IsUserId(std::string_view text);

// Brings a user into the one form in which users are stored and compared, and names its version.
//
// Clerk's text may hold what PostgreSQL cannot store. Refusing it would make Svix deliver the event for a day and then drop it,
// so such text is stored as near as can be: U+0000 is left out, and the escape of a lone surrogate in the metadata becomes
// U+FFFD. Equal contents have equal hashes, whatever the white space and the order of members in the metadata.
//
// Fails with INVALID_ARGUMENT / INVALID_FIELD (`metadata.field`): a malformed id, a time out of range (the years 1970 to 9999),
// or metadata that is no JSON object or is nested deeper than 100 levels.
[[nodiscard]] runtime::Result<UserState> Canonicalize(User user);

}  // namespace inkwell::users
