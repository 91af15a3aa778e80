#pragma once

#include "clerk-emulator/accounts/profiles.h"
#include "clerk-emulator/accounts/provider_logins.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/frontend_api/profile_images.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// /v1/me: what the account dialog changes. Which user that is, the query's _clerk_session_id says. Thread-safe.
class ProfileRoutes final {
 public:
  ProfileRoutes(Profiles& profiles, ProviderLogins& providers, Accounts& accounts, const ProfileImages& images,
                const StateStore& store, const Envelope& envelope, const Clock& clock);

  // The handlers keep a reference to this object.
  void AddTo(Router& router);

 private:
  using Method = HttpResponse (ProfileRoutes::*)(const HttpRequest& request, const SessionView& me);
  // With the live session of the request: 401 authentication_invalid without one.
  void AddSignedIn(Router& router, const char* method, const char* pattern, Method handler);

  HttpResponse Get(const HttpRequest& request, const SessionView& me);
  HttpResponse Update(const HttpRequest& request, const SessionView& me);
  HttpResponse Delete(const HttpRequest& request, const SessionView& me);
  HttpResponse ChangePassword(const HttpRequest& request, const SessionView& me);
  HttpResponse RemovePassword(const HttpRequest& request, const SessionView& me);
  HttpResponse SetImage(const HttpRequest& request, const SessionView& me);
  HttpResponse RemoveImage(const HttpRequest& request, const SessionView& me);

  HttpResponse ListEmails(const HttpRequest& request, const SessionView& me);
  HttpResponse AddEmail(const HttpRequest& request, const SessionView& me);
  HttpResponse GetEmail(const HttpRequest& request, const SessionView& me);
  HttpResponse PrepareEmail(const HttpRequest& request, const SessionView& me);
  HttpResponse AttemptEmail(const HttpRequest& request, const SessionView& me);
  HttpResponse RemoveEmail(const HttpRequest& request, const SessionView& me);
  HttpResponse ConnectExternalAccount(const HttpRequest& request, const SessionView& me);
  HttpResponse RemoveExternalAccount(const HttpRequest& request, const SessionView& me);

  HttpResponse ActiveSessions(const HttpRequest& request, const SessionView& me);
  HttpResponse RevokeSession(const HttpRequest& request, const SessionView& me);

  [[nodiscard]] HttpResponse AnswerUser(const HttpRequest& request, const SessionView& me, const ClerkResult<User>& user) const;
  [[nodiscard]] HttpResponse AnswerEmail(const HttpRequest& request, const ClerkResult<Identification>& email) const;

  Profiles& profiles_;
  ProviderLogins& providers_;
  Accounts& accounts_;
  const ProfileImages& images_;
  const StateStore& store_;
  const Envelope& envelope_;
  const Clock& clock_;
};

}  // namespace inkwell::emulator
