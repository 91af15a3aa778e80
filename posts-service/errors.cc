#include "posts-service/errors.h"

#include <string>

#include "runtime/log.h"

namespace inkwell::posts {

using runtime::Code;
using runtime::Error;

Error InvalidField(std::string_view field, std::string_view sentence) {
  return {Code::kInvalidArgument, "INVALID_FIELD", std::string(sentence), {{"field", std::string(field)}}};
}
Error InvalidPageToken() {
  return {Code::kInvalidArgument, "INVALID_PAGE_TOKEN", "The page token is not one that was given out for this query.", {}};
}
Error PrincipalNotAllowed() {
  return {Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED", "The caller may not act for this author.", {}};
}
Error PostNotFound() { return {Code::kNotFound, "POST_NOT_FOUND", "Post not found", {}}; }
Error UserNotFound() { return {Code::kNotFound, "USER_NOT_FOUND", "User not found", {}}; }
Error UserBanned() { return {Code::kPermissionDenied, "USER_BANNED", "The user is banned and may not write.", {}}; }
Error EtagMismatch() { return {Code::kFailedPrecondition, "ETAG_MISMATCH", "The post was changed since it was read.", {}}; }
Error PostIdReused() {
  return {Code::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED", "The post id was used before for another post.", {}};
}
Error IdempotencyKeyReused() {
  return {Code::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED", "The idempotency key was used before for another request.", {}};
}
Error UsersUnavailable() {
  return {Code::kUnavailable, "USERS_UNAVAILABLE", "Whether the user exists could not be found out. Try again.", {}};
}
Error ClerkNotConfigured() {
  return {Code::kFailedPrecondition, "CLERK_NOT_CONFIGURED", "user-sync-service has no Clerk secret key.", {}};
}
Error DatabaseUnavailable() {
  return {Code::kUnavailable, "DATABASE_UNAVAILABLE", "The database cannot be reached. Try again.", {}};
}
Error Overloaded() { return {Code::kUnavailable, "OVERLOADED", "Too much is waiting already. Try again.", {}}; }
Error DeadlinePassed() {
  return {Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "The deadline passed before the request was carried out.", {}};
}
Error CallCancelled() { return {Code::kCancelled, "CANCELLED", "The caller went away.", {}}; }

Error FromDatabase(const Error& error, std::string_view request_id) {
  switch (error.code) {
    case Code::kUnavailable:
      return DatabaseUnavailable();
    case Code::kAborted:
      return {Code::kUnavailable, "DATABASE_UNAVAILABLE", "The request met a conflicting one. Try again.", {}};
    case Code::kDeadlineExceeded:
      return {Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", "The deadline passed before the database answered.", {}};
    case Code::kCancelled:
    case Code::kUnknown:
    case Code::kInvalidArgument:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kPermissionDenied:
    case Code::kResourceExhausted:
    case Code::kFailedPrecondition:
    case Code::kOutOfRange:
    case Code::kUnimplemented:
    case Code::kInternal:
    case Code::kDataLoss:
    case Code::kUnauthenticated:
      break;
  }
  const auto sqlstate = error.metadata.find("sqlstate");
  const auto constraint = error.metadata.find("constraint");
  runtime::log::Error("unexpected database error",
                      {{"request_id", request_id},
                       {"reason", error.reason},
                       {"sqlstate", sqlstate == error.metadata.end() ? "" : sqlstate->second},
                       {"constraint", constraint == error.metadata.end() ? "" : constraint->second}});
  return {Code::kInternal, "INTERNAL", "The request failed because of a defect of the service.", {}};
}

}  // namespace inkwell::posts
