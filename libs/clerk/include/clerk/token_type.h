#pragma once

#include <string_view>

namespace clerk {

// The tokens that may authenticate a request.
enum class TokenType {
  kSessionToken,  // of a user who is signed in, in the Authorization header or in cookies
  kApiKey,        // of a user or an organization
  kM2mToken,      // of a machine
  kOauthToken,    // an access token that a user granted to an OAuth application
};

// As Clerk writes it: "session_token", "api_key", "m2m_token", "oauth_token".
[[nodiscard]] std::string_view ToString(TokenType type);

// How a token came. A browser sends cookies by itself, also on requests that another site caused: whoever accepts a cookie on
// a request that changes something must check its origin.
enum class TokenCarrier { kHeader, kCookie };

}  // namespace clerk
