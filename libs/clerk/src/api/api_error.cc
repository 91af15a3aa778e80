#include "clerk/api_error.h"

#include <algorithm>

namespace clerk {

bool ApiError::IsTransient() const {
  switch (failure) {
    case ApiFailure::kStatus:
    case ApiFailure::kMalformedReply:
      return status == 429 || status >= 500;
    case ApiFailure::kTimeout:
    case ApiFailure::kUnreachable:
      return true;
    case ApiFailure::kCancelled:
    case ApiFailure::kTokenRefused:
    case ApiFailure::kInvalidArgument:
      return false;
  }
  return false;
}

bool ApiError::HasCode(std::string_view code) const {
  return std::any_of(errors.begin(), errors.end(), [&](const ApiErrorItem& item) { return item.code == code; });
}

}  // namespace clerk
