#pragma once

#include <string>
#include <string_view>

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// E-mail addresses and usernames are compared and kept in lower case (ASCII).
[[nodiscard]] std::string LowerCase(std::string_view text);

// The user that `wanted` asks for, if nothing it names belongs to another living user. 422 form_identifier_exists,
// form_param_format_invalid, form_param_value_invalid.
[[nodiscard]] ClerkResult<User> MakeUser(const State& state, const NewUser& wanted, UnixMillis now);

// Applies the patch to the user. Fails as MakeUser does; the user is then in no particular state.
[[nodiscard]] ClerkResult<void> PatchUser(const State& state, const UserPatch& patch, User& user);

// Puts the changed user among the changes, as a new version of which user.updated tells. The version strictly increases, also
// when two changes fall into one millisecond or the clock goes back: receivers order events by it.
void ChangeUser(const Step& step, const WebhookEvents& events, User& user);

// 403 user_banned, user_locked.
[[nodiscard]] ClerkResult<void> MaySignIn(const User& user);

// The user with this verified address; null if nobody.
[[nodiscard]] const User* FindByEmail(const State& state, std::string_view address);

// The address as it is kept. 422 form_param_format_invalid.
[[nodiscard]] ClerkResult<std::string> CheckEmail(std::string_view given);

// The same, if it is one that nobody else has verified and that user `user_id` (empty: nobody yet) does not list.
[[nodiscard]] ClerkResult<std::string> CheckNewEmail(const State& state, std::string_view given, const std::string& user_id);

// Merges `patch` into `metadata` (RFC 7396); both are JSON texts of objects.
void MergeMetadataText(const std::string& patch, std::string& metadata);

}  // namespace inkwell::emulator
