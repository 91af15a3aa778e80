#pragma once

#include "clerk-emulator/accounts/provider_logins.h"
#include "clerk-emulator/accounts/sign_ups.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// /v1/client/sign_ups. Thread-safe.
class SignUpRoutes final {
 public:
  SignUpRoutes(SignUps& sign_ups, ProviderLogins& providers, const Envelope& envelope);

  // The handlers keep a reference to this object.
  void AddTo(Router& router);

 private:
  HttpResponse Create(const HttpRequest& request);
  HttpResponse Get(const HttpRequest& request);
  HttpResponse Update(const HttpRequest& request);
  HttpResponse Prepare(const HttpRequest& request);
  HttpResponse Attempt(const HttpRequest& request);
  [[nodiscard]] HttpResponse Answer(const HttpRequest& request, const SignUpResult& result) const;

  SignUps& sign_ups_;
  ProviderLogins& providers_;
  const Envelope& envelope_;
};

}  // namespace inkwell::emulator
