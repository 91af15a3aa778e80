#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clerk/machine_token.h"
#include "encoding/json.h"
#include "jwt/decoded_jwt.h"

namespace clerk::request {

// What Clerk answered about an opaque token; nullopt if that names no token and no subject.
[[nodiscard]] std::optional<MachineToken> MachineTokenFromReply(TokenType type, const encoding::Json& reply);

// The claims of a verified JWT; `expires_at` in seconds since the epoch.
[[nodiscard]] MachineToken MachineTokenFromJwt(TokenType type, const jwt::DecodedJwt& token, std::int64_t expires_at);

// The audience of an OAuth token, which is checked strictly: where one is accepted, a token without any fails. A text or a list
// of texts, none of them empty.
[[nodiscard]] bool HasAudience(const std::vector<std::string>& accepted, const encoding::Json& reply);
[[nodiscard]] bool HasAudience(const std::vector<std::string>& accepted, const jwt::DecodedJwt& token);

}  // namespace clerk::request
