#include "gateway/auth/auth_answer.h"

#include "gateway/http/problem.h"

namespace inkwell::gateway {

SignedOut NoToken() { return {"session-token-and-uat-missing", "The request carries no session token."}; }

SignedOut WrongTokenType() { return {"token-type-mismatch", "The token is not a session token."}; }

SignedOut PendingSession() { return {"session-pending", "The session has tasks to finish before it counts as signed in."}; }

SignedOut NotVerified(const clerk::Error& error, std::string_view method) {
  std::string reason(clerk::ToString(error.reason));
  if (error.reason == clerk::ErrorReason::kTokenExpired) {
    reason = method == "GET" ? "session-token-expired-refresh-non-eligible-no-refresh-cookie"
                             : "session-token-expired-refresh-non-eligible-non-get";
  } else if (error.reason == clerk::ErrorReason::kTokenNotActiveYet) {
    reason = "session-token-nbf";
  } else if (error.reason == clerk::ErrorReason::kTokenIatInTheFuture) {
    reason = "session-token-iat-in-the-future";
  }
  return {std::move(reason), error.message};
}

Response SignedOutResponse(const SignedOut& signed_out, std::string_view request_id) {
  Response response = ProblemResponse({401, signed_out.reason, signed_out.message}, request_id);
  response.headers.push_back({"WWW-Authenticate", "Bearer"});
  response.headers.push_back({"x-clerk-auth-status", "signed-out"});
  response.headers.push_back({"x-clerk-auth-reason", signed_out.reason});
  response.headers.push_back({"x-clerk-auth-message", signed_out.message});
  return response;
}

}  // namespace inkwell::gateway
