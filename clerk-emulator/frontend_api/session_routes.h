#pragma once

#include "clerk-emulator/accounts/browser_sessions.h"
#include "clerk-emulator/accounts/instance.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// /v1/environment, /v1/client and /v1/client/sessions: what clerk-js does at each load, every minute and at the end. Thread-safe.
class SessionRoutes final {
 public:
  SessionRoutes(const InstanceSettings& settings, BrowserSessions& sessions, const Envelope& envelope, const TokenIssuer& issuer,
                const BrowserAccess& access, const Clock& clock);

  // The handlers keep a reference to this object.
  void AddTo(Router& router);

 private:
  [[nodiscard]] HttpResponse Environment() const;
  HttpResponse GetClient(const HttpRequest& request);
  HttpResponse CreateClient(const HttpRequest& request);
  HttpResponse DeleteClient(const HttpRequest& request);
  HttpResponse RemoveAll(const HttpRequest& request);
  HttpResponse GetSession(const HttpRequest& request);
  HttpResponse Touch(const HttpRequest& request);
  HttpResponse Finish(const HttpRequest& request, SessionStatus how);
  HttpResponse Token(const HttpRequest& request);
  HttpResponse TemplateToken(const HttpRequest& request);
  [[nodiscard]] HttpResponse AnswerSession(const HttpRequest& request, SessionView view) const;

  const InstanceSettings& settings_;
  BrowserSessions& sessions_;
  const Envelope& envelope_;
  const TokenIssuer& issuer_;
  const BrowserAccess& access_;
  const Clock& clock_;
};

}  // namespace inkwell::emulator
