#pragma once

#include "jwt/decoded_jwt.h"

namespace clerk::tokens {

// One key of an instance signs tokens of several classes, and only header and subject tell them apart (contract, sections 5.5 and
// 6). A token says so itself: believe it once it is verified, or to refuse it.

// A machine-to-machine token: its subject is a machine.
[[nodiscard]] bool IsM2mToken(const jwt::DecodedJwt& token);
// An OAuth access token (RFC 9068, section 2.1).
[[nodiscard]] bool IsOauthAccessToken(const jwt::DecodedJwt& token);
// Whether the category, if there is one, is that of sessions, handshakes included, or the one that says nothing.
[[nodiscard]] bool HasSessionCategory(const jwt::DecodedJwt& token);
// Whether the category, if there is one, is that of machine-to-machine tokens.
[[nodiscard]] bool HasM2mCategory(const jwt::DecodedJwt& token);
// A session's own token: no machine's, and not made from a JWT template, whose tokens outlive the session.
[[nodiscard]] bool IsSessionToken(const jwt::DecodedJwt& token);

}  // namespace clerk::tokens
