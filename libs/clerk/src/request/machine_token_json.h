#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clerk/machine_token.h"
#include "encoding/json.h"
#include "jwt/decoded_jwt.h"
#include "tokens/claim_rules.h"

namespace clerk::request {

// What Clerk answered about an opaque token; nullopt if that names no token and no subject.
[[nodiscard]] std::optional<MachineToken> MachineTokenFromReply(TokenType type, const encoding::Json& reply);

// The claims of a verified JWT; nullopt if they name no subject.
[[nodiscard]] std::optional<MachineToken> MachineTokenFromJwt(TokenType type, const jwt::DecodedJwt& token,
                                                              const tokens::TimeWindow& times);

// The resource M2MToken as `m2m.verify` of Clerk's SDKs returns it for a JWT, JSON.
[[nodiscard]] std::string M2mTokenText(const MachineToken& machine);

// The audience of an OAuth token, which is checked strictly: where one is accepted, a token without any fails. A text or a list
// of texts, none of them empty.
[[nodiscard]] bool HasAudience(const std::vector<std::string>& accepted, const encoding::Json& reply);
[[nodiscard]] bool HasAudience(const std::vector<std::string>& accepted, const jwt::DecodedJwt& token);

}  // namespace clerk::request
