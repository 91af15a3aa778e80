#include "clerk/api/sessions.h"

#include <utility>

#include "api/requester.h"
#include "api/session_json.h"
#include "api/typed.h"

namespace clerk {

using api::ReadAs;
using encoding::Json;

SessionsApi::SessionsApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<Session> SessionsApi::Get(std::string_view session_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("sessions.getSession", Json::array({session_id}), options), api::ParseSession);
}

ApiResult<Page<Session>> SessionsApi::List(const SessionListQuery& query, const CallOptions& options) const {
  Json members = {{"userId", query.user_id}, {"clientId", query.client_id}, {"status", query.status}};
  api::AddPage(members, query.page);
  return api::ReadPage(requester_->Run("sessions.getSessionList", Json::array({members}), options), api::ParseSession);
}

ApiResult<Session> SessionsApi::Create(std::string_view user_id, const CallOptions& options) const {
  const Json members = {{"userId", user_id}};
  return ReadAs(requester_->Run("sessions.createSession", Json::array({members}), options), api::ParseSession);
}

ApiResult<Session> SessionsApi::Revoke(std::string_view session_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("sessions.revokeSession", Json::array({session_id}), options), api::ParseSession);
}

ApiResult<std::string> SessionsApi::GetToken(std::string_view session_id, const SessionTokenRequest& request,
                                             const CallOptions& options) const {
  Json arguments = Json::array({session_id, request.jwt_template});
  if (request.expires_in) arguments.push_back(request.expires_in->count());
  const auto reply = requester_->Run("sessions.getToken", arguments, options);
  if (!reply) return reply.error();
  const std::string* jwt = encoding::StringMember(*reply, "jwt");
  if (jwt == nullptr) return api::MalformedReply("The answer is not a token.");
  return *jwt;
}

}  // namespace clerk
