#include "clerk/api/sessions.h"

#include <utility>

#include "api/reply.h"
#include "api/requester.h"
#include "api/session_json.h"

namespace clerk {

SessionsApi::SessionsApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<Session> SessionsApi::Get(std::string_view session_id, const CallOptions& options) const {
  const auto reply = requester_->Send({"GET", {"sessions", session_id}, {}, {}}, options);
  if (!reply) return reply.error();
  auto session = api::ParseSession(*reply);
  if (!session) return api::MalformedReply("The answer is not a session.");
  return std::move(*session);
}

ApiResult<std::string> SessionsApi::GetToken(std::string_view session_id, const SessionTokenRequest& request,
                                             const CallOptions& options) const {
  api::Call call{"POST", {"sessions", session_id, "tokens"}, {}, {}};
  if (!request.jwt_template.empty()) call.path.emplace_back(request.jwt_template);
  if (request.expires_in) call.body = encoding::Json{{"expires_in_seconds", request.expires_in->count()}};
  const auto reply = requester_->Send(call, options);
  if (!reply) return reply.error();
  const std::string* jwt = encoding::StringMember(*reply, "jwt");
  if (jwt == nullptr) return api::MalformedReply("The answer is not a token.");
  return *jwt;
}

}  // namespace clerk
