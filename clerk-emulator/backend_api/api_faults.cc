#include "clerk-emulator/backend_api/api_faults.h"

#include <algorithm>
#include <utility>

namespace inkwell::emulator {
namespace {

HttpResponse Failure(const ApiFault& fault) {
  if (fault.status != 429) {
    return ErrorResponse(
        {fault.status, "internal_clerk_error", "Oops, an unexpected error occurred", "Ordered by the control API.", {}});
  }
  auto response = ErrorResponse({429,
                                 "too_many_requests",
                                 "Too many requests. Please try again in a bit.",
                                 "Too many requests. Please try again in a bit.",
                                 {}});
  response.headers.emplace_back("Retry-After", std::to_string(fault.retry_after_seconds));
  return response;
}

}  // namespace

// Each * first stands for nothing, and for one character more whenever the rest does not fit.
bool MatchesPattern(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t position = 0;
  auto star = std::string_view::npos;
  std::size_t resume = 0;
  while (position < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = position;
    } else if (at < pattern.size() && pattern[at] == text[position]) {
      ++at;
      ++position;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      position = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

void ApiFaults::Add(ApiFault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void ApiFaults::Clear() {
  {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    ++clears_;
  }
  cleared_.notify_all();
}

std::vector<ApiFault> ApiFaults::List() {
  const std::lock_guard lock(mutex_);
  ForgetExpired();
  return faults_;
}

void ApiFaults::ForgetExpired() {
  const auto now = clock_.Now();
  std::erase_if(faults_, [&](const ApiFault& fault) { return fault.expires_at.value != 0 && now >= fault.expires_at; });
}

std::optional<HttpResponse> ApiFaults::Meet(const HttpRequest& request) {
  std::unique_lock lock(mutex_);
  ForgetExpired();
  const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const ApiFault& fault) {
    return (fault.method.empty() || fault.method == request.method) && MatchesPattern(fault.path, request.path);
  });
  if (found == faults_.end()) return std::nullopt;
  const ApiFault fault = *found;
  if (found->calls > 0 && --found->calls == 0) faults_.erase(found);
  cleared_.wait_for(lock, fault.delay, [this, seen = clears_] { return clears_ != seen; });
  if (fault.status == 0) return std::nullopt;
  return Failure(fault);
}

}  // namespace inkwell::emulator
