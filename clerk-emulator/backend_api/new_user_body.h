#pragma once

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/http/json_body.h"

namespace inkwell::emulator {

// Completes `user` with the members that POST /v1/users and a seed file's users have in common, finishes the body and hashes the
// password. Errors as of JsonBody::Finish and HashPassword.
[[nodiscard]] ClerkResult<NewUser> ReadNewUser(JsonBody& body, NewUser user);

}  // namespace inkwell::emulator
