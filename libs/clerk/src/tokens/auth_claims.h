#pragma once

#include "clerk/auth_object.h"
#include "clerk/result.h"
#include "encoding/json_text.h"

namespace clerk::tokens {

// Makes the auth object of verified claims, version 1 or 2. Fails with kTokenInvalid if the permissions cannot be decoded.
[[nodiscard]] Result<AuthObject> MakeAuthObject(const encoding::JsonText& claims);

}  // namespace clerk::tokens
