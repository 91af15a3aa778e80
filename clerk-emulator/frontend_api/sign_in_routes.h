#pragma once

#include <optional>

#include "clerk-emulator/accounts/provider_logins.h"
#include "clerk-emulator/accounts/sign_ins.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/http/form_body.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// /v1/client/sign_ins. Thread-safe.
class SignInRoutes final {
 public:
  SignInRoutes(SignIns& sign_ins, ProviderLogins& providers, const StateStore& store, const Envelope& envelope);

  // The handlers keep a reference to this object.
  void AddTo(Router& router);

 private:
  HttpResponse Create(const HttpRequest& request);
  HttpResponse Get(const HttpRequest& request);
  HttpResponse Prepare(const HttpRequest& request);
  HttpResponse Attempt(const HttpRequest& request);
  HttpResponse ResetPassword(const HttpRequest& request);
  [[nodiscard]] SignInResult Begin(const Browser& browser, const FormBody& form);
  [[nodiscard]] HttpResponse Answer(const HttpRequest& request, const SignInResult& result) const;
  [[nodiscard]] std::optional<User> UserOf(const SignIn& sign_in) const;

  SignIns& sign_ins_;
  ProviderLogins& providers_;
  const StateStore& store_;
  const Envelope& envelope_;
};

}  // namespace inkwell::emulator
