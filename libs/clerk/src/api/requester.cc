#include "api/requester.h"

#include <algorithm>
#include <chrono>

#include "api/reply.h"
#include "encoding/text.h"

namespace clerk::api {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kApiVersion = "2026-05-12";
constexpr milliseconds kFirstRetryPause{500};
constexpr milliseconds kMaxRetryPause{60'000};

// "." and "..", also in disguise, would name another resource than the one that was meant.
bool IsDangerousSegment(std::string segment) {
  constexpr int kMaxLayers = 8;
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    for (const auto piece : encoding::Split(segment, '/')) {
      if (piece == "." || piece == "..") return true;
    }
    if (segment.find('%') == std::string::npos) return false;
    auto decoded = encoding::PercentDecode(segment);
    if (!decoded) return false;
    segment = std::move(*decoded);
  }
  return true;
}

std::string FormEncode(std::string_view text) {
  std::string encoded = encoding::PercentEncode(text);
  for (auto at = encoded.find("%20"); at != std::string::npos; at = encoded.find("%20", at)) encoded.replace(at, 3, "+");
  return encoded;
}

ApiError FromHttpError(const HttpError& error) {
  ApiError result;
  switch (error.failure) {
    case HttpFailure::kInvalidUrl:
      result.failure = ApiFailure::kInvalidArgument;
      break;
    case HttpFailure::kUnreachable:
      result.failure = ApiFailure::kUnreachable;
      break;
    case HttpFailure::kTimeout:
      result.failure = ApiFailure::kTimeout;
      break;
    case HttpFailure::kTooLarge:
      result.failure = ApiFailure::kMalformedReply;
      break;
  }
  result.message = error.message;
  result.errors.push_back({"unexpected_error", error.message, error.message, "{}"});
  return result;
}

bool MayRepeat(std::string_view method) { return method == "GET" || method == "PUT" || method == "DELETE"; }

milliseconds PauseBefore(int retry, const ApiError& error) {
  if (error.retry_after) return std::chrono::duration_cast<milliseconds>(*error.retry_after);
  milliseconds pause = kFirstRetryPause;
  for (int i = 0; i < retry; ++i) pause = std::min(pause * 3 / 2, kMaxRetryPause);
  return pause;
}

}  // namespace

std::optional<HttpRequest> Requester::MakeRequest(const Call& call) const {
  HttpRequest request;
  request.method = call.method;
  request.url = options_.api_url + "/" + options_.api_version;
  for (const auto segment : call.path) {
    if (segment.empty() || IsDangerousSegment(std::string(segment))) return std::nullopt;
    request.url.append("/").append(encoding::PercentEncode(segment));
  }
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    if (value.empty()) continue;
    request.url.append(1, separator).append(FormEncode(name)).append("=").append(FormEncode(value));
    separator = '&';
  }
  request.headers = {{"Authorization", "Bearer " + options_.secret_key},
                     {"Clerk-API-Version", std::string(kApiVersion)},
                     {"Content-Type", "application/json"},
                     {"Accept", "application/json"},
                     {"User-Agent", options_.user_agent}};
  if (call.body && !call.body->empty()) request.body = encoding::CanonicalText(*call.body);
  request.max_response_bytes = options_.max_response_bytes;
  return request;
}

ApiResult<encoding::Json> Requester::Send(const Call& call, const CallOptions& call_options) const {
  auto request = MakeRequest(call);
  if (!request) {
    ApiError error;
    error.failure = ApiFailure::kInvalidArgument;
    error.message = "An id is empty or would change the path of the request.";
    return error;
  }
  const auto deadline = options_.clock->SteadyNow() + call_options.timeout.value_or(options_.timeout);
  for (int attempt = 0;; ++attempt) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - options_.clock->SteadyNow());
    request->timeout = std::max(left, milliseconds(1));
    const auto response = options_.http->Send(*request);
    auto result = response ? ReadReply(*response) : ApiResult<encoding::Json>(FromHttpError(response.error()));
    if (result || attempt >= options_.max_retries || !MayRepeat(call.method) || !result.error().IsTransient()) return result;
    const auto pause = PauseBefore(attempt, result.error());
    if (options_.clock->SteadyNow() + pause >= deadline) return result;
    options_.clock->SleepFor(pause);
  }
}

}  // namespace clerk::api
