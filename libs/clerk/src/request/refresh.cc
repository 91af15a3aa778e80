#include "request/refresh.h"

#include <map>
#include <string_view>
#include <utility>

#include "encoding/json.h"
#include "encoding/text.h"
#include "request/set_cookies.h"
#include "request/token_check.h"

namespace clerk::request {
namespace {

using encoding::Json;

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Clerk judges the refresh by the request that it is for.
Json HeadersOf(const IncomingRequest& request) {
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) {
    std::string key = Lower(name);
    Json list = Json::array({HeaderOf(request, key)});
    headers.emplace(std::move(key), std::move(list));
  }
  return headers;
}

std::string WhyNot(const ApiError& error) {
  if (error.failure == ApiFailure::kTimeout || error.failure == ApiFailure::kUnreachable) return "fetch-error";
  if (error.failure == ApiFailure::kMalformedReply) return "fetch-error";
  if (error.errors.empty()) return "unexpected-bapi-error";
  const std::string& code = error.errors.front().code;
  if (code.empty()) return "unexpected-sdk-error";
  return code == "unexpected_error" ? "fetch-error" : code;
}

}  // namespace

Result<RefreshedSession, std::string> RefreshSession(const Attempt& attempt) {
  const auto& [setup, request, view, may_wait] = attempt;
  if (!setup.backend.has_secret_key()) return std::string("missing-api-client");
  const std::string& expired = view.has_session_cookie() ? view.cookies.session : view.header_token;
  const auto decoded = DecodeToken(setup, expired);
  if (!decoded) return std::string("expired-session-token-decode-failed");
  const auto session_id = decoded->Claim("sid").string().value_or("");
  if (session_id.empty()) return std::string("expired-session-token-missing-sid-claim");

  const auto reply = setup.backend.RefreshSession(session_id, Json::object({{"format", "cookie"},
                                                                            {"suffixed_cookies", view.cookies.suffixed},
                                                                            {"expired_token", expired},
                                                                            {"refresh_token", view.cookies.refresh},
                                                                            {"request_origin", view.url.origin()},
                                                                            {"request_headers", HeadersOf(request)}}));
  if (!reply) return WhyNot(reply.error());
  const auto directives = DirectivesIn(*reply, "cookies");
  if (directives.empty() || !AreHeaderValues(directives)) return std::string("unexpected-sdk-error");

  std::string token = SessionTokenIn(directives).value_or("");
  auto verified = VerifySessionToken(attempt, token);
  if (!verified || !*verified) return std::string("invalid-session-token");
  std::vector<HttpHeader> headers;
  AppendSetCookies(headers, directives);
  return RefreshedSession{*std::move(*verified), std::move(token), std::move(headers)};
}

}  // namespace clerk::request
