#ifndef CLERK_SRC_TOKENS_AUTH_CLAIMS_H_
#define CLERK_SRC_TOKENS_AUTH_CLAIMS_H_

#include "clerk/auth_object.h"
#include "clerk/result.h"
#include "encoding/json.h"

namespace clerk::tokens {

// Makes the auth object of verified claims, version 1 or 2. Fails with kTokenInvalid if the permissions cannot be decoded.
[[nodiscard]] Result<AuthObject> MakeAuthObject(const encoding::Json& claims);

}  // namespace clerk::tokens

#endif  // CLERK_SRC_TOKENS_AUTH_CLAIMS_H_
