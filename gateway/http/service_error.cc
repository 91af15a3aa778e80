#include "gateway/http/service_error.h"

#include <string>
#include <utility>

namespace inkwell::gateway {
namespace {

using runtime::Code;
using runtime::Error;

// Long enough for a service to come back, short enough for a person to wait.
constexpr std::string_view kRetryAfterSeconds = "1";

// RFC 9110 has a status of its own for two preconditions; other reasons of these codes are conflicts with the present state.
int ConflictStatus(const Error& error) {
  if (error.reason == "ETAG_MISMATCH") return 412;
  if (error.reason == "IDEMPOTENCY_KEY_REUSED") return 422;
  if (error.reason == "CLERK_NOT_CONFIGURED") return 503;
  return 409;
}

int StatusOf(const Error& error) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kOutOfRange:
      return 400;
    case Code::kNotFound:
      return 404;
    case Code::kPermissionDenied:
      return 403;
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kAborted:
      return ConflictStatus(error);
    case Code::kUnavailable:
    case Code::kResourceExhausted:
    case Code::kCancelled:  // the service is shutting down: nobody here cancels
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kUnimplemented:
      return 501;
    case Code::kUnauthenticated:  // the user was authenticated here; that the service does not know us is our defect
    case Code::kUnknown:
    case Code::kInternal:
    case Code::kDataLoss:
      return 500;
  }
  return 500;  // a number that gRPC does not define
}

std::string DetailOf(const Error& error, int status) {
  if (error.reason == "USER_NOT_FOUND") return "User not found";
  switch (status) {
    case 500:
      return "Something went wrong on our side.";
    case 501:
      return "This is not supported here.";
    case 503:
      return error.reason == "CLERK_NOT_CONFIGURED" ? "Clerk cannot be asked: no secret key is configured."
                                                    : "The service is not available right now. Try again.";
    case 504:
      return "The service took too long to answer.";
    default:
      return error.message;
  }
}

}  // namespace

Problem ToProblem(const Error& error) {
  const int status = StatusOf(error);
  Problem problem{status, status == 500 ? "INTERNAL" : error.reason, DetailOf(error, status)};
  if (const auto field = error.metadata.find("field"); status == 400 && field != error.metadata.end()) {
    problem.members.emplace_back("field", field->second);
  }
  return problem;
}

Problem ListProblem(Error error) {
  if (error.reason == "INVALID_PAGE_TOKEN") {
    error.message = "The cursor is not one that an earlier answer gave out for this query.";
    error.metadata["field"] = "cursor";
  }
  const auto field = error.metadata.find("field");
  if (field != error.metadata.end() && field->second == "query") field->second = "q";
  return ToProblem(error);
}

Response ErrorResponse(const Problem& problem, std::string_view request_id) {
  Response response = ProblemResponse(problem, request_id);
  if (problem.status == 503) response.headers.push_back({"Retry-After", std::string(kRetryAfterSeconds)});
  return response;
}

Response ErrorResponse(const Error& error, std::string_view request_id) { return ErrorResponse(ToProblem(error), request_id); }

}  // namespace inkwell::gateway
