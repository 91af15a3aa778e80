#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/result.h"

namespace clerk {

enum class ApiFailure {
  kStatus,           // Clerk answered with an error status
  kTimeout,          // no answer in time: the effect of a write is unknown
  kUnreachable,      // no connection, or it broke: the effect of a write is unknown
  kCancelled,        // CallOptions::cancel was requested: the effect of a write is unknown
  kMalformedReply,   // an answer that is not what the API promises, or is too large
  kTokenRefused,     // m2m.verify of a JWT: refused here, before any call of this operation; the code of errors[0] says why
  kInvalidArgument,  // refused here, before any call: an argument of the wrong form, or an empty or dangerous path id
};

// One entry of Clerk's error list. The texts may quote what the caller sent, also an e-mail address: show them to the one who
// sent it, do not log them. `code` is safe.
struct ApiErrorItem {
  std::string code{};  // "resource_not_found", "form_param_invalid", …
  std::string message{};
  std::string long_message{};
  // JSON: paramName, sessionId, emailAddresses, identifiers, zxcvbn, plan and seats, as far as Clerk sends them.
  std::string meta_json = "{}";
  std::string param_name{};  // the argument that Clerk refuses, as Clerk names it ("email_address"); "" if it names none
};

struct ApiError {
  ApiFailure failure = ApiFailure::kStatus;
  int status = 0;  // HTTP status of the error; 0 if none came
  std::string message{};
  std::string trace_id{};  // what Clerk's support asks for; "" if unknown
  // As Clerk says it with a 429, if in seconds. Nobody promises that it is positive or within reason.
  std::optional<std::chrono::seconds> retry_after{};
  std::vector<ApiErrorItem> errors{};

  // Clerk says that there is no such resource. A 404 without Clerk's code is no such word: it may come from a wrong URL.
  [[nodiscard]] bool IsNotFound() const {
    return failure == ApiFailure::kStatus && status == 404 && HasCode("resource_not_found");
  }
  // Trying again later may succeed: 429, 5xx, no answer.
  [[nodiscard]] bool IsTransient() const;
  // Whether an entry of the list has this code.
  [[nodiscard]] bool HasCode(std::string_view code) const;
};

template <typename T>
using ApiResult = Result<T, ApiError>;

}  // namespace clerk
