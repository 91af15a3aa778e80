#include "clerk-emulator/frontend_api/profile_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "clerk-emulator/frontend_api/provider_request.h"
#include "clerk-emulator/http/form_body.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

Caller CallerIn(const HttpRequest& request) { return BrowserOf(request).caller; }

}  // namespace

ProfileRoutes::ProfileRoutes(Profiles& profiles, ProviderLogins& providers, Accounts& accounts, const ProfileImages& images,
                             const StateStore& store, const Envelope& envelope, const Clock& clock)
    : profiles_(profiles),
      providers_(providers),
      accounts_(accounts),
      images_(images),
      store_(store),
      envelope_(envelope),
      clock_(clock) {}

void ProfileRoutes::AddTo(Router& router) {
  AddSignedIn(router, "GET", "/v1/me", &ProfileRoutes::Get);
  AddSignedIn(router, "PATCH", "/v1/me", &ProfileRoutes::Update);
  AddSignedIn(router, "DELETE", "/v1/me", &ProfileRoutes::Delete);
  AddSignedIn(router, "POST", "/v1/me/change_password", &ProfileRoutes::ChangePassword);
  AddSignedIn(router, "POST", "/v1/me/remove_password", &ProfileRoutes::RemovePassword);
  AddSignedIn(router, "POST", "/v1/me/profile_image", &ProfileRoutes::SetImage);
  AddSignedIn(router, "DELETE", "/v1/me/profile_image", &ProfileRoutes::RemoveImage);
  AddSignedIn(router, "GET", "/v1/me/email_addresses", &ProfileRoutes::ListEmails);
  // clerk-js creates with a slash at the end.
  for (const char* pattern : {"/v1/me/email_addresses", "/v1/me/email_addresses/"}) {
    AddSignedIn(router, "POST", pattern, &ProfileRoutes::AddEmail);
  }
  AddSignedIn(router, "GET", "/v1/me/email_addresses/{id}", &ProfileRoutes::GetEmail);
  AddSignedIn(router, "DELETE", "/v1/me/email_addresses/{id}", &ProfileRoutes::RemoveEmail);
  AddSignedIn(router, "POST", "/v1/me/email_addresses/{id}/prepare_verification", &ProfileRoutes::PrepareEmail);
  AddSignedIn(router, "POST", "/v1/me/email_addresses/{id}/attempt_verification", &ProfileRoutes::AttemptEmail);
  AddSignedIn(router, "POST", "/v1/me/external_accounts", &ProfileRoutes::ConnectExternalAccount);
  AddSignedIn(router, "DELETE", "/v1/me/external_accounts/{id}", &ProfileRoutes::RemoveExternalAccount);
  AddSignedIn(router, "GET", "/v1/me/sessions/active", &ProfileRoutes::ActiveSessions);
  AddSignedIn(router, "POST", "/v1/me/sessions/{id}/revoke", &ProfileRoutes::RevokeSession);
}

void ProfileRoutes::AddSignedIn(Router& router, const char* method, const char* pattern, Method handler) {
  router.Add(method, pattern, [this, handler](const HttpRequest& request) {
    const auto me = envelope_.SignedIn(request);
    if (!me) return ErrorResponse(me.error());
    return (this->*handler)(request, *me);
  });
}

HttpResponse ProfileRoutes::AnswerUser(const HttpRequest& request, const SessionView& me, const ClerkResult<User>& user) const {
  if (!user) return ErrorResponse(user.error());
  return envelope_.Wrap(request, FrontendUserJson(*user, me.organizations));
}

HttpResponse ProfileRoutes::AnswerEmail(const HttpRequest& request, const ClerkResult<Identification>& email) const {
  if (!email) return ErrorResponse(email.error());
  return envelope_.Wrap(request, EmailAddressJson(*email));
}

HttpResponse ProfileRoutes::Get(const HttpRequest& request, const SessionView& me) { return AnswerUser(request, me, me.user); }

HttpResponse ProfileRoutes::Update(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  UserPatch patch;
  patch.username = form.Text("username");
  patch.first_name = form.Text("first_name");
  patch.last_name = form.Text("last_name");
  patch.primary_email_address_id = form.Text("primary_email_address_id");
  const auto metadata = form.Text("unsafe_metadata");
  if (metadata && !JsonBody(*metadata).IsValid()) return ErrorResponse(ParamFormatInvalid("unsafe_metadata", "a JSON object"));
  return AnswerUser(request, me, profiles_.Update(me.user.id, patch, metadata, CallerIn(request)));
}

HttpResponse ProfileRoutes::Delete(const HttpRequest& request, const SessionView& me) {
  if (auto deleted = accounts_.Delete(me.user.id, CallerIn(request)); !deleted) return ErrorResponse(deleted.error());
  return envelope_.Wrap(request, DeletedJson("user", me.user.id));
}

HttpResponse ProfileRoutes::ChangePassword(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  return AnswerUser(request, me,
                    profiles_.ChangePassword(me.session, form.TextOr("current_password", ""), form.TextOr("new_password", ""),
                                             form.IsTrue("sign_out_of_other_sessions"), CallerIn(request)));
}

HttpResponse ProfileRoutes::RemovePassword(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  return AnswerUser(request, me, profiles_.RemovePassword(me.session, form.TextOr("current_password", ""), CallerIn(request)));
}

HttpResponse ProfileRoutes::SetImage(const HttpRequest& request, const SessionView& me) {
  const auto path = images_.Keep(request.body);
  if (!path) return ErrorResponse(path.error());
  const auto url = PublicUrl(request) + *path;
  const auto user = profiles_.SetImage(me.user.id, url, CallerIn(request));
  if (!user) return ErrorResponse(user.error());
  return envelope_.Wrap(request, {{"object", "image"}, {"id", *path}, {"name", "profile image"}, {"public_url", url}});
}

HttpResponse ProfileRoutes::RemoveImage(const HttpRequest& request, const SessionView& me) {
  const auto user = profiles_.SetImage(me.user.id, {}, CallerIn(request));
  if (!user) return ErrorResponse(user.error());
  return envelope_.Wrap(request, DeletedJson("image", "profile_image"));
}

HttpResponse ProfileRoutes::ListEmails(const HttpRequest& request, const SessionView& me) {
  json list = json::array();
  for (const auto& email : me.user.email_addresses) list.push_back(EmailAddressJson(email));
  return envelope_.Wrap(request, list);
}

HttpResponse ProfileRoutes::AddEmail(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  return AnswerEmail(request, profiles_.AddEmail(me.user.id, form.TextOr("email_address", ""), CallerIn(request)));
}

HttpResponse ProfileRoutes::GetEmail(const HttpRequest& request, const SessionView& me) {
  for (const auto& email : me.user.email_addresses) {
    if (email.id == request.path_arguments[0]) return AnswerEmail(request, email);
  }
  return ErrorResponse(ResourceNotFound("No email address was found with id " + request.path_arguments[0] + "."));
}

HttpResponse ProfileRoutes::PrepareEmail(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  return AnswerEmail(request, profiles_.PrepareEmail(me.user.id, request.path_arguments[0], form.TextOr("strategy", "email_code"),
                                                     CallerIn(request)));
}

HttpResponse ProfileRoutes::AttemptEmail(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  return AnswerEmail(request,
                     profiles_.AttemptEmail(me.user.id, request.path_arguments[0], form.TextOr("code", ""), CallerIn(request)));
}

HttpResponse ProfileRoutes::RemoveEmail(const HttpRequest& request, const SessionView& me) {
  const auto& id = request.path_arguments[0];
  if (auto removed = profiles_.RemoveEmail(me.user.id, id, CallerIn(request)); !removed) return ErrorResponse(removed.error());
  return envelope_.Wrap(request, DeletedJson("email_address", id));
}

HttpResponse ProfileRoutes::ConnectExternalAccount(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  const auto begun = providers_.BeginConnection(BrowserOf(request), me.user.id, ReadProviderRequest(request, form));
  if (!begun) return ErrorResponse(begun.error());
  // It has no id before the provider has said who it is.
  ExternalAccount account;
  account.identity.strategy = begun->strategy;
  User user;
  user.external_accounts = {std::move(account)};
  auto shown = UserJson(user).at("external_accounts").at(0);
  shown["verification"] = VerificationJson(*begun);
  return envelope_.Wrap(request, shown);
}

HttpResponse ProfileRoutes::RemoveExternalAccount(const HttpRequest& request, const SessionView& me) {
  const auto& id = request.path_arguments[0];
  if (auto removed = profiles_.RemoveExternalAccount(me.user.id, id, CallerIn(request)); !removed) {
    return ErrorResponse(removed.error());
  }
  return envelope_.Wrap(request, DeletedJson("external_account", id));
}

HttpResponse ProfileRoutes::ActiveSessions(const HttpRequest&, const SessionView& me) {
  const auto now = clock_.Now();
  auto sessions = store_.View([&](const State& state) {
    std::vector<Session> live;
    for (const auto& [id, session] : state.sessions) {
      if (session.user_id == me.user.id && session.IsLive(now)) live.push_back(session);
    }
    return live;
  });
  std::sort(sessions.begin(), sessions.end(),
            [](const Session& a, const Session& b) { return a.last_active_at > b.last_active_at; });
  json list = json::array();
  for (const auto& session : sessions) list.push_back(SessionActivityJson(session, me.user, now));
  return JsonAnswer(list);
}

HttpResponse ProfileRoutes::RevokeSession(const HttpRequest& request, const SessionView& me) {
  const auto session = profiles_.RevokeSession(me.user.id, request.path_arguments[0], CallerIn(request));
  if (!session) return ErrorResponse(session.error());
  return envelope_.Wrap(request, SessionActivityJson(*session, me.user, clock_.Now()));
}

}  // namespace inkwell::emulator
