#include "clerk-emulator/frontend_api/envelope.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace inkwell::emulator {
namespace {

using nlohmann::json;

std::vector<Organization> OrganizationsOf(const State& state, const std::string& user_id) {
  std::vector<Organization> organizations;
  for (const auto& [id, organization] : state.organizations) {
    const auto& members = organization.memberships;
    const bool member = std::any_of(members.begin(), members.end(), [&](const Membership& m) { return m.user_id == user_id; });
    if (member) organizations.push_back(organization);
  }
  return organizations;
}

std::optional<SessionView> ViewOf(const State& state, const Session& session) {
  const auto user = state.users.find(session.user_id);
  if (user == state.users.end()) return std::nullopt;
  return SessionView{session, user->second, OrganizationsOf(state, user->first), {}};
}

ClientView ViewOf(const State& state, const Client& client, UnixMillis now) {
  ClientView view{client, {}, {}};
  for (const auto* session : LiveSessions(state, client, now)) {
    if (auto session_view = ViewOf(state, *session)) view.sessions.push_back(std::move(*session_view));
  }
  if (client.sign_in) {
    const auto user = state.users.find(client.sign_in->user_id);
    if (user != state.users.end()) view.sign_in_user = user->second;
  }
  return view;
}

ClerkError SignedOut() { return AuthenticationInvalid("The session does not exist or is not active any more."); }

}  // namespace

std::string CookieOf(const HttpRequest& request, std::string_view name) {
  const auto header = request.Header("cookie");
  std::string_view rest = header;
  while (!rest.empty()) {
    auto pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return std::string(pair.substr(name.size() + 1));
    }
  }
  return {};
}

Browser BrowserOf(const HttpRequest& request) {
  return {CookieOf(request, kClientCookie), {request.client_address, request.Header("user-agent")}};
}

ClerkResult<std::string> TokenFor(const TokenIssuer& issuer, const SessionView& view, std::string_view party) {
  for (const auto& organization : view.organizations) {
    if (organization.id != view.session.active_organization_id) continue;
    for (const auto& membership : organization.memberships) {
      if (membership.user_id != view.user.id) continue;
      return issuer.SessionToken(view.session, party, {}, {{organization.id, organization.slug, membership.role}});
    }
  }
  return issuer.SessionToken(view.session, party);
}

Envelope::Envelope(const StateStore& store, const TokenIssuer& issuer, const BrowserAccess& access, const Clock& clock)
    : store_(store), issuer_(issuer), access_(access), clock_(clock) {}

std::string Envelope::ClientId(const HttpRequest& request) const {
  const auto cookie = CookieOf(request, kClientCookie);
  return store_.View([&](const State& state) {
    const auto* client = FindClient(state, cookie);
    return client == nullptr ? std::string() : client->id;
  });
}

json Envelope::Client(const HttpRequest& request, const std::string& client_id) const {
  const auto now = clock_.Now();
  auto view = store_.View([&](const State& state) -> std::optional<ClientView> {
    const auto client = state.clients.find(client_id);
    if (client == state.clients.end()) return std::nullopt;
    return ViewOf(state, client->second, now);
  });
  if (!view) return nullptr;
  const auto party = access_.PageOrigin(request);
  // A fresh token with each session saves clerk-js from asking for one. Signed here, when the state is no longer locked.
  for (auto& session : view->sessions) session.token = TokenFor(issuer_, session, party).value_or("");
  return ClientJson(*view, now);
}

HttpResponse Envelope::Wrap(const HttpRequest& request, const json& response, const std::string& client_id) const {
  return JsonAnswer({{"response", response}, {"client", Client(request, client_id)}});
}

HttpResponse Envelope::Wrap(const HttpRequest& request, const json& response) const {
  return Wrap(request, response, ClientId(request));
}

ClerkResult<SessionView> Envelope::FindSession(const HttpRequest& request, const std::string& session_id) const {
  const auto cookie = CookieOf(request, kClientCookie);
  return store_.View([&](const State& state) -> ClerkResult<SessionView> {
    const auto* client = FindClient(state, cookie);
    const auto session = state.sessions.find(session_id);
    if (client == nullptr || session == state.sessions.end() || session->second.client_id != client->id) {
      return tl::unexpected(SignedOut());
    }
    auto view = ViewOf(state, session->second);
    if (!view) return tl::unexpected(SignedOut());
    return std::move(*view);
  });
}

ClerkResult<SessionView> Envelope::LiveSession(const HttpRequest& request, const std::string& session_id) const {
  auto view = FindSession(request, session_id);
  if (view && !view->session.IsLive(clock_.Now())) return tl::unexpected(SignedOut());
  return view;
}

ClerkResult<SessionView> Envelope::SignedIn(const HttpRequest& request) const {
  if (const auto named = request.Query("_clerk_session_id")) return LiveSession(request, *named);
  const auto cookie = CookieOf(request, kClientCookie);
  const auto active = store_.View([&](const State& state) {
    const auto* client = FindClient(state, cookie);
    return client == nullptr ? std::string() : client->last_active_session_id;
  });
  return LiveSession(request, active);
}

void SetClientCookie(const HttpRequest& request, const std::string& value, HttpResponse& response) {
  std::string cookie = std::string(kClientCookie) + "=" + value + "; Path=/; Max-Age=315360000; HttpOnly; SameSite=Lax";
  if (request.Header("clerk-proxy-url").starts_with("https://")) cookie += "; Secure";
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
}

HttpResponse JsonAnswer(const json& body) {
  // Replaced, not thrown: a form may hold text that is not UTF-8.
  return {200, body.dump(-1, ' ', false, json::error_handler_t::replace), "application/json", {{"Cache-Control", "no-store"}}};
}

}  // namespace inkwell::emulator
