#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/backend_api/user_query.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

HttpResponse SessionResponse(const ClerkResult<Session>& session) {
  if (!session) return ErrorResponse(session.error());
  return {200, SessionJson(*session).dump(), "application/json", {}};
}

HttpResponse TokenResponse(const ClerkResult<std::string>& token) {
  if (!token) return ErrorResponse(token.error());
  return {200, TokenJson(*token).dump(), "application/json", {}};
}

ClerkResult<std::optional<std::chrono::seconds>> ReadLifetime(const HttpRequest& request) {
  constexpr std::int64_t kTenYears = 315'360'000;
  JsonBody body(request.body);
  const auto seconds = body.Integer("expires_in_seconds", 30, kTenYears);
  if (auto read = body.Finish(); !read) return tl::unexpected(read.error());
  if (!seconds) return std::optional<std::chrono::seconds>();
  return std::optional(std::chrono::seconds(*seconds));
}

bool Passes(const Session& session, const std::string& status, const HttpRequest& request) {
  const auto wanted = [&request](const char* name, const std::string& value) {
    const auto values = request.QueryAll(name);
    return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
  };
  return wanted("user_id", session.user_id) && wanted("client_id", session.client_id) && wanted("status", status);
}

}  // namespace

void BackendApi::AddSessionRoutes(Router& router) {
  AddProtected(router, "GET", "/v1/sessions", &BackendApi::ListSessions);
  AddProtected(router, "POST", "/v1/sessions", &BackendApi::CreateSession);
  AddProtected(router, "GET", "/v1/sessions/{session_id}", &BackendApi::GetSession);
  AddProtected(router, "POST", "/v1/sessions/{session_id}/revoke", &BackendApi::RevokeSession);
  AddProtected(router, "POST", "/v1/sessions/{session_id}/tokens", &BackendApi::CreateToken);
  AddProtected(router, "POST", "/v1/sessions/{session_id}/tokens/{template_name}", &BackendApi::CreateTemplateToken);
}

HttpResponse BackendApi::ListSessions(const HttpRequest& request) {
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  auto sessions = store_.View([&](const State& state) {
    std::vector<Session> found;
    for (const auto& [id, session] : state.sessions) {
      if (Passes(session, std::string(ToString(session.status)), request)) found.push_back(session);
    }
    return found;
  });
  std::sort(sessions.begin(), sessions.end(), [](const Session& a, const Session& b) {
    return a.created_at != b.created_at ? a.created_at > b.created_at : a.id < b.id;
  });
  json list = json::array();
  for (std::size_t i = page->offset; i < sessions.size() && list.size() < page->limit; ++i)
    list.push_back(SessionJson(sessions[i]));
  if (request.Query("paginated") == "true") list = json{{"data", std::move(list)}, {"total_count", sessions.size()}};
  return {200, list.dump(), "application/json", {}};
}

HttpResponse BackendApi::CreateSession(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto user_id = body.TextOr("user_id", "");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (user_id.empty()) return ErrorResponse(ParamMissing("user_id"));
  return SessionResponse(accounts_.CreateSession(user_id, CallerOf(request)));
}

ClerkResult<Session> BackendApi::FindSession(const std::string& id) const {
  return store_.View([&](const State& state) -> ClerkResult<Session> {
    const auto session = state.sessions.find(id);
    if (session != state.sessions.end()) return session->second;
    return tl::unexpected(ResourceNotFound("No session was found with id " + id + "."));
  });
}

HttpResponse BackendApi::GetSession(const HttpRequest& request) {
  return SessionResponse(FindSession(request.path_arguments[0]));
}

HttpResponse BackendApi::RevokeSession(const HttpRequest& request) {
  return SessionResponse(accounts_.RevokeSession(request.path_arguments[0], CallerOf(request)));
}

HttpResponse BackendApi::CreateToken(const HttpRequest& request) {
  const auto lifetime = ReadLifetime(request);
  if (!lifetime) return ErrorResponse(lifetime.error());
  const auto session = FindSession(request.path_arguments[0]);
  if (!session) return ErrorResponse(session.error());
  if (!session->IsLive(clock_.Now())) return ErrorResponse(ResourceNotFound("The session is not active any more."));
  return TokenResponse(issuer_.SessionToken(*session, access_.PageOrigin(request), *lifetime));
}

HttpResponse BackendApi::CreateTemplateToken(const HttpRequest& request) {
  const auto lifetime = ReadLifetime(request);
  if (!lifetime) return ErrorResponse(lifetime.error());
  const auto session = FindSession(request.path_arguments[0]);
  if (!session) return ErrorResponse(session.error());
  if (!session->IsLive(clock_.Now())) return ErrorResponse(ResourceNotFound("The session is not active any more."));
  return TokenResponse(issuer_.TemplateToken(request.path_arguments[1], *session, access_.PageOrigin(request), *lifetime));
}

}  // namespace inkwell::emulator
