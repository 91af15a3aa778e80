#include "api/requester.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "api/arguments.h"
#include "api/reply.h"
#include "http/clerk_headers.h"

namespace clerk::api {
namespace {

using encoding::Json;
using std::chrono::milliseconds;

constexpr milliseconds kFirstRetryPause{500};
constexpr milliseconds kMaxRetryPause{60'000};
// Longer than any deadline: keeps the arithmetic within bounds.
constexpr std::chrono::seconds kMaxRetryAfter{std::chrono::hours(24)};
// How late a pause may notice that the call was cancelled.
constexpr milliseconds kPauseSlice{50};

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
  result.errors.push_back({"unexpected_error", error.message});
  return result;
}

ApiError Cancelled() {
  ApiError error;
  error.failure = ApiFailure::kCancelled;
  error.message = "The call was cancelled.";
  return error;
}

bool MayRepeat(std::string_view verb) { return verb == "GET" || verb == "PUT" || verb == "DELETE"; }

milliseconds PauseBefore(int retry, const ApiError& error) {
  if (error.retry_after) return std::clamp(*error.retry_after, std::chrono::seconds(0), kMaxRetryAfter);
  milliseconds pause = kFirstRetryPause;
  for (int i = 0; i < retry; ++i) pause = std::min(pause * 3 / 2, kMaxRetryPause);
  return pause;
}

// The list and the count that came apart, as one page.
ApiResult<Json> JoinPage(std::vector<Json> replies) {
  const auto total = encoding::OptionalInteger(replies[1], "total_count");
  if (!replies[0].is_array() || !total) return MalformedReply("The answer is not a list and its count.");
  return Json{{"data", std::move(replies[0])}, {"total_count", *total}};
}

}  // namespace

ApiResult<Json> Requester::Run(OperationName operation, const Json& arguments, const CallOptions& call_options,
                               const UploadFile* file) const {
  const auto plan = PlanRequests(*operation, arguments, file);
  if (!plan) return plan.error();
  const auto deadline = options_.clock->SteadyNow() + call_options.timeout.value_or(options_.timeout);
  std::vector<Json> replies;
  for (const PlannedRequest& planned : *plan) {
    auto reply = Send(*operation, planned, deadline, call_options.cancel);
    if (!reply) return reply.error();
    replies.push_back(std::move(*reply));
  }
  return operation->Is(Operation::kCountsApart) ? JoinPage(std::move(replies)) : std::move(replies.back());
}

const std::string& Requester::KeyFor(const Operation& operation, const PlannedRequest& planned) const {
  if (!operation.Is(Operation::kMachineKey)) return options_.secret_key;
  if (!planned.machine_secret_key.empty()) return planned.machine_secret_key;
  return options_.machine_secret_key.empty() ? options_.secret_key : options_.machine_secret_key;
}

HttpRequest Requester::MakeRequest(const Operation& operation, const PlannedRequest& planned) const {
  const std::string& version = operation.Is(Operation::kUnversioned) ? options_.machine_api_version : options_.api_version;
  HttpRequest request;
  request.method = planned.verb;
  request.url = options_.api_url + (version.empty() ? "" : "/" + version) + planned.path;
  if (!planned.query.empty()) request.url.append("?").append(FormEncode(planned.query));
  request.headers = planned.headers;
  if (const std::string& key = KeyFor(operation, planned); !key.empty())
    request.headers.push_back({"Authorization", "Bearer " + key});
  request.headers.push_back({"Clerk-API-Version", std::string(http::kApiVersion)});
  request.headers.push_back({"Accept", "application/json"});
  request.headers.push_back({"User-Agent", options_.user_agent.empty() ? std::string(http::kUserAgent) : options_.user_agent});
  request.body = planned.body;
  request.max_response_bytes = options_.max_response_bytes;
  return request;
}

ApiResult<Json> Requester::Send(const Operation& operation, const PlannedRequest& planned, SteadyTime deadline,
                                const std::stop_token& cancel) const {
  if (!operation.Is(Operation::kWithoutKey) && KeyFor(operation, planned).empty()) {
    return InvalidArgument(std::string(operation.name) + " needs a secret key, and the client has none.");
  }
  HttpRequest request = MakeRequest(operation, planned);
  request.cancel = cancel;
  for (int attempt = 0;; ++attempt) {
    if (cancel.stop_requested()) return Cancelled();
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - options_.clock->SteadyNow());
    request.timeout = std::max(left, milliseconds(1));
    const auto response = options_.http->Send(request);
    auto result = response ? ReadReply(*response) : ApiResult<Json>(FromHttpError(response.error()));
    if (!response && cancel.stop_requested()) return Cancelled();
    if (result || attempt >= options_.max_retries || !MayRepeat(planned.verb) || !result.error().IsTransient()) return result;
    const auto pause = PauseBefore(attempt, result.error());
    if (options_.clock->SteadyNow() + pause >= deadline) return result;
    if (!Pause(pause, cancel)) return Cancelled();
  }
}

bool Requester::Pause(milliseconds pause, const std::stop_token& cancel) const {
  if (!cancel.stop_possible()) {
    options_.clock->SleepFor(pause);
    return true;
  }
  for (; pause > milliseconds(0) && !cancel.stop_requested(); pause -= kPauseSlice) {
    options_.clock->SleepFor(std::min(pause, kPauseSlice));
  }
  return !cancel.stop_requested();
}

}  // namespace clerk::api
