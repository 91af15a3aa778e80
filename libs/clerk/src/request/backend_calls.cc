#include "request/backend_calls.h"

#include <utility>

#include "api/requester.h"

namespace clerk::request {

using encoding::Json;

BackendCalls::BackendCalls(std::shared_ptr<const api::Requester> requester, std::chrono::milliseconds timeout)
    : requester_(std::move(requester)), timeout_(timeout) {}

bool BackendCalls::has_secret_key() const { return !requester_->options().secret_key.empty(); }

bool BackendCalls::has_machine_secret_key() const { return !requester_->options().machine_secret_key.empty(); }

ApiResult<Json> BackendCalls::GetHandshakePayload(std::string_view nonce) const {
  return requester_->Run("clients.getHandshakePayload", Json::array({{{"nonce", nonce}}}), {.timeout = timeout_});
}

ApiResult<Json> BackendCalls::RefreshSession(std::string_view session_id, Json members) const {
  return requester_->Run("sessions.refreshSession", Json::array({session_id, std::move(members)}), {.timeout = timeout_});
}

ApiResult<Json> BackendCalls::VerifyApiKey(std::string_view secret) const {
  return requester_->Run("apiKeys.verify", Json::array({secret}), {.timeout = timeout_});
}

ApiResult<Json> BackendCalls::VerifyM2mToken(std::string_view token) const {
  return requester_->Run("m2m.verify", Json::array({{{"token", token}}}), {.timeout = timeout_});
}

ApiResult<Json> BackendCalls::VerifyOauthToken(std::string_view token) const {
  return requester_->Run("idPOAuthAccessToken.verify", Json::array({token}), {.timeout = timeout_});
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
