#include "clerk/api/sessions.h"

#include <utility>

#include "api/reply.h"
#include "api/requester.h"
#include "api/session_json.h"

namespace clerk {

using encoding::Json;

SessionsApi::SessionsApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<Session> SessionsApi::Get(std::string_view session_id, const CallOptions& options) const {
  const auto reply = requester_->Run("sessions.getSession", Json::array({session_id}), options);
  if (!reply) return reply.error();
  auto session = api::ParseSession(*reply);
  if (!session) return api::MalformedReply("The answer is not a session.");
  return std::move(*session);
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
