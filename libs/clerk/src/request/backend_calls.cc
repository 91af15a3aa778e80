#include "request/backend_calls.h"

#include <utility>

#include "api/reply.h"
#include "encoding/text.h"
#include "request/form_query.h"

namespace clerk::request {
namespace {

using encoding::Json;

constexpr std::string_view kApiVersionHeader = "2026-05-12";
constexpr std::size_t kMaxReplyBytes = 1024 * 1024;

ApiError NoAnswer(const HttpError& error) {
  ApiError result;
  result.failure = error.failure == HttpFailure::kTimeout ? ApiFailure::kTimeout : ApiFailure::kUnreachable;
  result.message = error.message;
  result.errors.push_back({"unexpected_error", error.message, error.message, "{}"});
  return result;
}

}  // namespace

BackendCalls::BackendCalls(std::string api_url, std::string api_version, std::string secret_key, std::string machine_secret_key,
                           std::chrono::milliseconds timeout, std::shared_ptr<HttpClient> http)
    : api_url_(std::move(api_url)),
      api_version_(std::move(api_version)),
      secret_key_(std::move(secret_key)),
      machine_secret_key_(std::move(machine_secret_key)),
      timeout_(timeout),
      http_(std::move(http)) {}

ApiResult<Json> BackendCalls::Send(std::string_view method, std::string path, std::string_view secret, std::string body) const {
  HttpRequest request;
  request.method = method;
  request.url = api_url_ + std::move(path);
  request.headers = {{"Authorization", "Bearer " + std::string(secret)},
                     {"Clerk-API-Version", std::string(kApiVersionHeader)},
                     {"Content-Type", "application/json"},
                     {"Accept", "application/json"},
                     {"User-Agent", "clerk-cpp/" CLERK_VERSION}};
  request.body = std::move(body);
  request.timeout = timeout_;
  request.max_response_bytes = kMaxReplyBytes;
  const auto response = http_->Send(request);
  if (!response) return NoAnswer(response.error());
  return api::ReadReply(*response);
}

ApiResult<Json> BackendCalls::GetHandshakePayload(std::string_view nonce) const {
  return Send("GET", "/" + api_version_ + "/clients/handshake_payload?nonce=" + FormEncode(nonce), secret_key_, {});
}

ApiResult<Json> BackendCalls::RefreshSession(std::string_view session_id, bool suffixed_cookies, const Json& body) const {
  // A dot is not escaped, and as a segment it would name another resource.
  if (session_id == "." || session_id == "..") {
    ApiError error;
    error.failure = ApiFailure::kInvalidArgument;
    error.message = "The session id would change the path of the request.";
    return error;
  }
  std::string path = "/" + api_version_ + "/sessions/" + encoding::PercentEncode(session_id) + "/refresh";
  if (suffixed_cookies) path += "?suffixed_cookies=true";
  return Send("POST", std::move(path), secret_key_, encoding::CanonicalText(body));
}

// Tokens are verified below the bare API URL, without its version (contract, section 6).
ApiResult<Json> BackendCalls::VerifyApiKey(std::string_view secret) const {
  return Send("POST", "/api_keys/verify", secret_key_, encoding::CanonicalText(Json::object({{"secret", secret}})));
}

ApiResult<Json> BackendCalls::VerifyM2mToken(std::string_view token) const {
  const std::string& secret = machine_secret_key_.empty() ? secret_key_ : machine_secret_key_;
  return Send("POST", "/m2m_tokens/verify", secret, encoding::CanonicalText(Json::object({{"token", token}})));
}

ApiResult<Json> BackendCalls::VerifyOauthToken(std::string_view token) const {
  return Send("POST", "/oauth_applications/access_tokens/verify", secret_key_,
              encoding::CanonicalText(Json::object({{"access_token", token}})));
}

std::vector<std::string> DirectivesIn(const Json& reply, std::string_view member) {
  std::vector<std::string> directives;
  const Json* list = encoding::Member(reply, member);
  if (list == nullptr || !list->is_array()) return directives;
  for (const Json& item : *list) {
    const auto* text = item.get_ptr<const std::string*>();
    if (text == nullptr) return {};
    directives.push_back(*text);
  }
  return directives;
}

}  // namespace clerk::request
