#include "gateway/handlers/clerk_proxy.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "gateway/http/field_list.h"
#include "gateway/http/problem.h"
#include "gateway/http/request_parts.h"
#include "gateway/http/request_record.h"
#include "gateway/http/response.h"
#include "gateway/http/service_error.h"

namespace inkwell::gateway {
namespace {

constexpr std::string_view kPrefix = "/__clerk";

// Of one hop (RFC 9110 section 7.6.1, and what stands for the message's own framing). Connection names further ones.
constexpr std::array<std::string_view, 10> kHopFields{"connection", "content-length",    "keep-alive", "proxy-authenticate",
                                                      "te",         "transfer-encoding", "trailer",    "proxy-authorization",
                                                      "upgrade",    "proxy-connection"};
// What a client must not say in a proxy's name, and what is between the client and us.
constexpr std::array<std::string_view, 8> kProxysOwn{"clerk-proxy-url", "clerk-secret-key", "expect",      "forwarded", "host",
                                                     "x-forwarded-for", "x-real-ip",        "x-request-id"};
// Made anew by the edge.
constexpr std::array<std::string_view, 3> kAnswersOwn{"content-type", "date", "server"};

template <std::size_t N>
bool IsAmong(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view known) { return EqualsIgnoringCase(known, name); });
}

// Whether `Connection: a, b` names the field.
bool IsNamed(std::string_view connection, std::string_view name) {
  bool named = false;
  ForEachElement(connection, [&](std::string_view option) { named = named || EqualsIgnoringCase(option, name); });
  return named;
}

bool IsClean(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && EqualsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

// Where the browser finds what the upstream calls by its own address.
std::string BehindProxy(std::string_view location, std::string_view upstream) {
  if (location.starts_with(upstream)) {
    const std::string_view rest = location.substr(upstream.size());
    if (rest.empty() || rest.front() == '/' || rest.front() == '?') return std::string(kPrefix) + std::string(rest);
  }
  const bool is_path = location.starts_with('/') && !location.starts_with("//");
  if (is_path && !location.starts_with("/__clerk/")) return std::string(kPrefix) + std::string(location);
  return std::string(location);
}

Problem ProblemOf(UpstreamFailure failure) {
  switch (failure) {
    case UpstreamFailure::kTimeout:
      return {504, "CLERK_TIMEOUT", "Clerk took too long to answer."};
    case UpstreamFailure::kUnusable:
      return {502, "CLERK_ANSWER_UNUSABLE", "Clerk's answer cannot be understood."};
    case UpstreamFailure::kTooLarge:
      return {502, "CLERK_ANSWER_UNUSABLE", "Clerk's answer is too large."};
    case UpstreamFailure::kOverloaded:
      return {503, "OVERLOADED", "Too many requests wait for Clerk. Try again."};
    case UpstreamFailure::kUnreachable:
      break;
  }
  return {502, "CLERK_UNREACHABLE", "Clerk cannot be reached."};
}

Response ToResponse(UpstreamResult result, std::string_view upstream, std::string_view request_id) {
  if (result && (result->status < 200 || result->status > 599)) result = tl::unexpected(UpstreamFailure::kUnusable);
  if (!result) return ErrorResponse(ProblemOf(result.error()), request_id);
  Response response{result->status, {}, {}, ForwardedResponseHeaders(*result, upstream)};
  for (const HeaderField& field : result->headers) {
    if (EqualsIgnoringCase(field.name, "content-type") && IsClean(field.value)) response.content_type = field.value;
  }
  response.body = Body(std::move(result->body));
  return response;
}

}  // namespace

bool IsClerkPath(std::string_view path, bool emulator) {
  for (std::string_view rest = path; !rest.empty();) {
    rest.remove_prefix(1);  // its slash
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    std::string plain;
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const bool dot = segment[i] == '%' && (segment.substr(i, 3) == "%2e" || segment.substr(i, 3) == "%2E");
      plain += dot ? '.' : segment[i];
      if (dot) i += 2;
    }
    if (plain == "." || plain == ".." || segment.find('\\') != std::string_view::npos) return false;
  }
  if (path.starts_with("/v1/") || path.starts_with("/npm/") || path.starts_with("/.well-known/")) return true;
  return emulator && (path == "/_emulator/sign-up" || path == "/_emulator/sign-in" || path == "/_emulator/token");
}

std::vector<HeaderField> ForwardedRequestHeaders(const RequestInfo& request, const std::string& public_origin) {
  std::vector<HeaderField> headers;
  const std::vector<std::string_view> connection = request.Headers("Connection");
  for (const auto& [field, value] : request.AllHeaders()) {
    const std::string_view name = field;
    const bool named = std::any_of(connection.begin(), connection.end(), [&](std::string_view c) { return IsNamed(c, name); });
    const bool own = IsAmong(kProxysOwn, name) || StartsWithIgnoringCase(name, "x-forwarded-");
    if (named || own || IsAmong(kHopFields, name) || !IsClean(value)) continue;
    headers.push_back({std::string(name), std::string(value)});
  }
  headers.push_back({"Clerk-Proxy-Url", public_origin + std::string(kPrefix)});
  headers.push_back({"X-Forwarded-For", std::string(request.client_address())});
  headers.push_back({"X-Forwarded-Proto", public_origin.starts_with("https://") ? "https" : "http"});
  headers.push_back({"X-Request-Id", std::string(request.request_id())});
  return headers;
}

std::vector<HeaderField> ForwardedResponseHeaders(const UpstreamResponse& response, std::string_view upstream) {
  std::vector<HeaderField> headers;
  for (const HeaderField& field : response.headers) {
    const bool named = std::any_of(response.headers.begin(), response.headers.end(), [&](const HeaderField& other) {
      return EqualsIgnoringCase(other.name, "connection") && IsNamed(other.value, field.name);
    });
    if (named || IsAmong(kHopFields, field.name) || IsAmong(kAnswersOwn, field.name) || !IsClean(field.value)) continue;
    const bool is_location = EqualsIgnoringCase(field.name, "location");
    headers.push_back({field.name, is_location ? BehindProxy(field.value, upstream) : field.value});
  }
  return headers;
}

ClerkProxy::ClerkProxy(ClerkProxyOptions options, std::unique_ptr<ClerkUpstream> upstream)
    : options_(std::move(options)), upstream_(std::move(upstream)) {}

void ClerkProxy::Forward(const RequestInfo& request, Reply reply) const {
  if (!upstream_) {
    return std::move(reply).Fail(Problem{404, "NOT_FOUND", "This gateway is no proxy for Clerk: CLERK_FAPI_URL is not set."});
  }
  // The route matched the decoded path. What is handed on is the path as sent, and only behind a slash: "/__clerk%2f.evil" would
  // otherwise become a part of the upstream's name.
  if (!request.target().starts_with("/__clerk/")) {
    return std::move(reply).Fail(Problem{400, "MALFORMED_PATH", "The path must begin with /__clerk/, unescaped."});
  }
  const std::string_view target = request.target().substr(kPrefix.size());
  if (!IsClerkPath(target.substr(0, target.find('?')), options_.emulator)) {
    return std::move(reply).Fail(Problem{404, "NOT_FOUND", "There is nothing of Clerk's at this path."});
  }
  const std::string origin = OriginOf(request, options_.public_url);
  // The edge answers HEAD with the fields of the GET, Content-Length too, and leaves the body out.
  const std::string_view method = request.method() == "HEAD" ? std::string_view("GET") : request.method();
  UpstreamRequest question{std::string(method), std::string(target), ForwardedRequestHeaders(request, origin),
                           std::string(request.body()), request.deadline()};
  // A std::function is copied, a Reply is not: hence the pointer.
  auto shared = std::make_shared<Reply>(std::move(reply));
  upstream_->Send(std::move(question), [shared = std::move(shared), upstream = options_.upstream](UpstreamResult result) {
    Response response = ToResponse(std::move(result), upstream, shared->request_id());
    std::move(*shared).Send(std::move(response));
  });
}

}  // namespace inkwell::gateway
