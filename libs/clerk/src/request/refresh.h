#pragma once

#include <string>
#include <vector>

#include "clerk/http_client.h"
#include "clerk/result.h"
#include "clerk/session_token.h"
#include "request/setup.h"

namespace clerk::request {

struct RefreshedSession {
  SessionToken session;
  std::string token;
  std::vector<HttpHeader> headers;  // Set-Cookie
};

// A new token for the expired one of the request (contract, section 5.7); the error is the word that follows
// "session-token-expired-refresh-". Calls the Backend API.
[[nodiscard]] Result<RefreshedSession, std::string> RefreshSession(const Attempt& attempt);

}  // namespace clerk::request
