#include "user-sync-service/postgres_errors.h"

#include "user-sync-service/reasons.h"

namespace inkwell::users {

using runtime::Code;
using runtime::Error;

Error ToUsersError(const Error& error) {
  switch (error.code) {
    case Code::kUnavailable:
    case Code::kAborted:
      return {Code::kUnavailable, reason::kDatabaseUnavailable, "The database is not available. Try again.", {}};
    case Code::kDeadlineExceeded:
      return {Code::kDeadlineExceeded, reason::kDeadlineExceeded, "The database did not answer in time.", {}};
    case Code::kInvalidArgument:
      return {Code::kInvalidArgument, reason::kInvalidField, "The user cannot be stored.", {}};
    case Code::kCancelled:
    case Code::kUnknown:
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
  return {Code::kInternal, reason::kInternal, "The database refused a statement.", error.metadata};
}

}  // namespace inkwell::users
