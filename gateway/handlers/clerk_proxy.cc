#include "gateway/handlers/clerk_proxy.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "gateway/handlers/service_error.h"
#include "gateway/http/problem.h"
#include "gateway/http/response.h"
#include "runtime/deadline.h"

namespace inkwell::gateway {
namespace {

constexpr std::string_view kPrefix = "/__clerk";
constexpr std::size_t kWorkers = 4;
constexpr std::size_t kMaxWaiting = 256;
constexpr std::size_t kMaxAnswerBytes = 4 * 1024 * 1024;

constexpr std::array<std::string_view, 7> kRequestFields{"accept", "accept-language", "authorization", "content-type",
                                                         "cookie", "origin",          "user-agent"};
constexpr std::array<std::string_view, 5> kResponseFields{"cache-control", "etag", "retry-after", "set-cookie", "vary"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

template <std::size_t N>
bool Passes(const std::array<std::string_view, N>& allowed, std::string_view lower_name, std::string_view value) {
  const bool clean = std::none_of(value.begin(), value.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return clean && std::find(allowed.begin(), allowed.end(), lower_name) != allowed.end();
}

Problem Unreachable(clerk::HttpFailure failure) {
  switch (failure) {
    case clerk::HttpFailure::kTimeout:
      return {504, "CLERK_TIMEOUT", "Clerk took too long to answer."};
    case clerk::HttpFailure::kTooLarge:
      return {502, "CLERK_ANSWER_UNUSABLE", "Clerk's answer is too large."};
    case clerk::HttpFailure::kInvalidUrl:
      return {400, "INVALID_PATH", "The path cannot be handed on."};
    case clerk::HttpFailure::kUnreachable:
      break;
  }
  return {502, "CLERK_UNREACHABLE", "Clerk cannot be reached."};
}

}  // namespace

std::vector<clerk::HttpHeader> ForwardedRequestHeaders(const RequestInfo& request) {
  std::vector<clerk::HttpHeader> headers;
  for (const auto& [name, value] : request.AllHeaders()) {
    if (Passes(kRequestFields, Lower(name), value)) headers.push_back({std::string(name), std::string(value)});
  }
  return headers;
}

std::vector<HeaderField> ForwardedResponseHeaders(const clerk::HttpResponse& response) {
  std::vector<HeaderField> headers;
  for (const clerk::HttpHeader& header : response.headers) {
    if (Passes(kResponseFields, Lower(header.name), header.value)) headers.push_back({header.name, header.value});
  }
  return headers;
}

ClerkProxy::ClerkProxy(std::string upstream, std::shared_ptr<clerk::HttpClient> http)
    : upstream_(std::move(upstream)),
      http_(std::move(http)),
      waiting_({.workers = kWorkers, .capacity = kMaxWaiting, .max_batch = 1}, [this](std::vector<Exchange> batch) {
        for (Exchange& exchange : batch) Run(exchange.request, std::move(exchange.reply));
      }) {}

void ClerkProxy::Forward(const RequestInfo& request, Reply reply) {
  if (upstream_.empty()) {
    return std::move(reply).Fail(Problem{404, "NOT_FOUND", "This gateway is no proxy for Clerk: CLERK_FAPI_URL is not set."});
  }
  // The route matched the decoded path. What is handed on is the path as sent, and only behind a slash: "/__clerk%2f.evil" would
  // otherwise become a part of the upstream's name.
  if (!request.target().starts_with("/__clerk/")) {
    return std::move(reply).Fail(Problem{400, "MALFORMED_PATH", "The path must begin with /__clerk/, unescaped."});
  }
  Exchange exchange{request, std::move(reply)};
  if (!waiting_.TryPush(std::move(exchange))) {
    Response busy =
        ErrorResponse(Problem{503, "OVERLOADED", "Too many requests wait for Clerk. Try again."}, request.request_id());
    std::move(exchange.reply).Send(std::move(busy));  // NOLINT(bugprone-use-after-move): not taken when there is no room
  }
}

void ClerkProxy::Run(const RequestInfo& request, Reply reply) const {
  clerk::HttpRequest upstream;
  upstream.method = std::string(request.method());
  upstream.url = upstream_ + std::string(request.target().substr(kPrefix.size()));
  upstream.headers = ForwardedRequestHeaders(request);
  upstream.body = std::string(request.body());
  upstream.timeout = runtime::TimeLeft(request.deadline());
  upstream.max_response_bytes = kMaxAnswerBytes;
  if (upstream.timeout.count() == 0) return std::move(reply).Fail(Unreachable(clerk::HttpFailure::kTimeout));

  auto answer = http_->Send(upstream);
  if (!answer) return std::move(reply).Fail(Unreachable(answer.error().failure));
  if (answer->status < 200 || (answer->status >= 300 && answer->status < 400 && answer->status != 304)) {
    return std::move(reply).Fail(Problem{502, "CLERK_ANSWER_UNUSABLE", "Redirects of Clerk are not handed on."});
  }
  Response response{answer->status, std::string(answer->Header("content-type")), {}, ForwardedResponseHeaders(*answer)};
  response.body = Body(std::move(answer->body));
  std::move(reply).Send(std::move(response));
}

}  // namespace inkwell::gateway
