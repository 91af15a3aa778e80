#pragma once

#include <string>
#include <string_view>

#include "clerk/error.h"
#include "gateway/http/response.h"

namespace inkwell::gateway {

// Why a request counts as signed out. `reason` is one of the words of Clerk's SDKs, so that clients which read
// x-clerk-auth-reason keep working; `message` is a sentence without any part of the token.
struct SignedOut {
  std::string reason;
  std::string message;
};

// No token at all.
[[nodiscard]] SignedOut NoToken();
// A genuine token of another kind: made from a JWT template, or a machine's.
[[nodiscard]] SignedOut WrongTokenType();
// A session whose user still has tasks to finish at Clerk. Clerk's SDKs have no word for it; this one is ours.
[[nodiscard]] SignedOut PendingSession();
// A token that does not verify, as authenticateRequest names it: an expired one is "session-token-expired-refresh-…" with the
// reason why the gateway did not refresh it (it never does: that needs the secret key), all others but two keep their own word.
[[nodiscard]] SignedOut NotVerified(const clerk::Error& error, std::string_view method);

// 401 problem+json with WWW-Authenticate and the x-clerk-auth-* headers.
[[nodiscard]] Response SignedOutResponse(const SignedOut& signed_out, std::string_view request_id);

}  // namespace inkwell::gateway
