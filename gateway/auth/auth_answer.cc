#include "gateway/auth/auth_answer.h"

#include <string>

namespace inkwell::gateway {
namespace {

std::string_view FieldOf(const clerk::Refusal& refusal, std::string_view name) {
  for (const clerk::HttpHeader& header : refusal.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace

clerk::Refusal NoSessionOfAUser() {
  return {401,
          {{"WWW-Authenticate", "Bearer"},
           {"x-clerk-auth-status", "signed-out"},
           {"x-clerk-auth-reason", "token-type-mismatch"},
           {"x-clerk-auth-message", "The token is not a session token."}}};
}

std::string_view ReasonOf(const clerk::Refusal& refusal) { return FieldOf(refusal, "x-clerk-auth-reason"); }

Response RefusalResponse(const clerk::Refusal& refusal, std::string_view request_id) {
  Response response = EmptyResponse(refusal.status);
  if (refusal.status == 401) {
    const std::string_view message = FieldOf(refusal, "x-clerk-auth-message");
    response = ProblemResponse(
        {401, std::string(ReasonOf(refusal)), message.empty() ? "Nobody is signed in on this request." : std::string(message)},
        request_id);
  }
  for (const clerk::HttpHeader& header : refusal.headers) response.headers.push_back({header.name, header.value});
  return response;
}

Problem UnjudgedProblem(const clerk::Error& error) {
  const bool clients_fault =
      error.reason == clerk::ErrorReason::kRequestInvalid || error.reason == clerk::ErrorReason::kHandshakeInvalid;
  return {clients_fault ? 400 : 500, std::string(clerk::ToString(error.reason)), error.message};
}

}  // namespace inkwell::gateway
