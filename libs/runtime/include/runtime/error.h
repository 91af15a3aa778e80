#pragma once

#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace inkwell::runtime {

// gRPC's status codes without OK, with gRPC's numbers (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).
enum class Code : int {
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// "NOT_FOUND" and so on: the name that gRPC's documentation uses.
std::string_view CodeName(Code code);

// What a caller can act on. `reason` is an UPPER_SNAKE constant of the service's error_reason.proto; `message` is one sentence
// for a person, and holds no secret, token, e-mail address, SQL or driver text; `metadata` holds bounded details such as the
// field's name.
struct Error {
  Code code = Code::kUnknown;
  std::string reason;
  std::string message;
  std::map<std::string, std::string> metadata;
};

// Every function that returns a Result is declared [[nodiscard]]: tl::expected is not.
template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> Fail(Code code, std::string reason, std::string message,
                                                std::map<std::string, std::string> metadata = {}) {
  return tl::unexpected<Error>(Error{code, std::move(reason), std::move(message), std::move(metadata)});
}

}  // namespace inkwell::runtime
