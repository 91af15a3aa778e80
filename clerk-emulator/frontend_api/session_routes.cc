#include "clerk-emulator/frontend_api/session_routes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/frontend_api/environment_json.h"
#include "clerk-emulator/http/form_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

HttpResponse TokenAnswer(const ClerkResult<std::string>& token) {
  if (!token) return ErrorResponse(token.error());
  return JsonAnswer(TokenJson(*token));
}

}  // namespace

SessionRoutes::SessionRoutes(const InstanceSettings& settings, BrowserSessions& sessions, const Envelope& envelope,
                             const TokenIssuer& issuer, const BrowserAccess& access, const Clock& clock)
    : settings_(settings), sessions_(sessions), envelope_(envelope), issuer_(issuer), access_(access), clock_(clock) {}

void SessionRoutes::AddTo(Router& router) {
  // PATCH is what clerk-js sends with a development key: it also tells the page's origin, which is not wanted here.
  for (const char* method : {"GET", "PATCH"}) {
    router.Add(method, "/v1/environment", [this](const HttpRequest&) { return Environment(); });
  }
  router.Add("GET", "/v1/client", [this](const HttpRequest& request) { return GetClient(request); });
  for (const char* method : {"PUT", "POST"}) {
    router.Add(method, "/v1/client", [this](const HttpRequest& request) { return CreateClient(request); });
  }
  router.Add("DELETE", "/v1/client", [this](const HttpRequest& request) { return DeleteClient(request); });
  router.Add("DELETE", "/v1/client/sessions", [this](const HttpRequest& request) { return RemoveAll(request); });
  router.Add("GET", "/v1/client/sessions/{id}", [this](const HttpRequest& request) { return GetSession(request); });
  router.Add("POST", "/v1/client/sessions/{id}/touch", [this](const HttpRequest& request) { return Touch(request); });
  router.Add("POST", "/v1/client/sessions/{id}/end",
             [this](const HttpRequest& request) { return Finish(request, SessionStatus::kEnded); });
  router.Add("POST", "/v1/client/sessions/{id}/remove",
             [this](const HttpRequest& request) { return Finish(request, SessionStatus::kRemoved); });
  router.Add("POST", "/v1/client/sessions/{id}/tokens", [this](const HttpRequest& request) { return Token(request); });
  router.Add("POST", "/v1/client/sessions/{id}/tokens/{template}",
             [this](const HttpRequest& request) { return TemplateToken(request); });
}

HttpResponse SessionRoutes::Environment() const { return JsonAnswer(EnvironmentJson(settings_)); }

HttpResponse SessionRoutes::GetClient(const HttpRequest& request) {
  const auto client = envelope_.Client(request, envelope_.ClientId(request));
  return JsonAnswer({{"response", client}, {"client", client}});
}

HttpResponse SessionRoutes::CreateClient(const HttpRequest& request) {
  const auto opened = sessions_.Open(BrowserOf(request));
  if (!opened) return ErrorResponse(opened.error());
  auto response = envelope_.Wrap(request, envelope_.Client(request, opened->client.id), opened->client.id);
  if (!opened->new_cookie.empty()) SetClientCookie(request, opened->new_cookie, response);
  return response;
}

HttpResponse SessionRoutes::DeleteClient(const HttpRequest& request) {
  if (auto done = sessions_.Destroy(BrowserOf(request)); !done) return ErrorResponse(done.error());
  return JsonAnswer({{"response", nullptr}, {"client", nullptr}});
}

HttpResponse SessionRoutes::RemoveAll(const HttpRequest& request) {
  if (auto done = sessions_.RemoveAll(BrowserOf(request)); !done) return ErrorResponse(done.error());
  const auto client = envelope_.Client(request, envelope_.ClientId(request));
  return JsonAnswer({{"response", client}, {"client", client}});
}

HttpResponse SessionRoutes::AnswerSession(const HttpRequest& request, SessionView view) const {
  const auto now = clock_.Now();
  if (view.session.IsLive(now)) view.token = TokenFor(issuer_, view, access_.PageOrigin(request)).value_or("");
  return envelope_.Wrap(request, FrontendSessionJson(view, now));
}

HttpResponse SessionRoutes::GetSession(const HttpRequest& request) {
  auto view = envelope_.FindSession(request, request.path_arguments[0]);
  if (!view) return ErrorResponse(view.error());
  return AnswerSession(request, std::move(*view));
}

HttpResponse SessionRoutes::Touch(const HttpRequest& request) {
  const FormBody form(request.body);
  const auto& id = request.path_arguments[0];
  if (auto live = envelope_.LiveSession(request, id); !live) return ErrorResponse(live.error());
  const auto organization = form.Text("active_organization_id");
  if (auto done = sessions_.Touch(BrowserOf(request), id, organization); !done) return ErrorResponse(done.error());
  auto view = envelope_.LiveSession(request, id);
  if (!view) return ErrorResponse(view.error());
  return AnswerSession(request, std::move(*view));
}

HttpResponse SessionRoutes::Finish(const HttpRequest& request, SessionStatus how) {
  const auto& id = request.path_arguments[0];
  auto view = envelope_.LiveSession(request, id);
  if (!view) return ErrorResponse(view.error());
  auto finished = sessions_.Finish(BrowserOf(request), id, how);
  if (!finished) return ErrorResponse(finished.error());
  view->session = std::move(*finished);
  return AnswerSession(request, std::move(*view));
}

HttpResponse SessionRoutes::Token(const HttpRequest& request) {
  const FormBody form(request.body);
  auto view = envelope_.LiveSession(request, request.path_arguments[0]);
  if (!view) return ErrorResponse(view.error());
  // clerk-js says for which organization it wants the token; none: the personal account.
  if (const auto organization = form.Text("organization_id")) view->session.active_organization_id = *organization;
  return TokenAnswer(TokenFor(issuer_, *view, access_.PageOrigin(request)));
}

HttpResponse SessionRoutes::TemplateToken(const HttpRequest& request) {
  const auto view = envelope_.LiveSession(request, request.path_arguments[0]);
  if (!view) return ErrorResponse(view.error());
  return TokenAnswer(issuer_.TemplateToken(request.path_arguments[1], view->session, access_.PageOrigin(request)));
}

}  // namespace inkwell::emulator
