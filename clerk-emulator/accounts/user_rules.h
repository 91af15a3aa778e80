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

// Merges `patch` into `metadata` (RFC 7396); both are JSON texts of objects.
void MergeMetadataText(const std::string& patch, std::string& metadata);

}  // namespace inkwell::emulator
