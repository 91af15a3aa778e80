#pragma once

#include "clerk-emulator/accounts/provider_logins.h"
#include "clerk-emulator/http/browser_access.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// What stands in for the sign-in page of Google, GitHub and the like: a form that asks who one wants to be.
//   GET  /v1/oauth_provider?state=…      the page
//   POST /v1/oauth_callback              its form: back to the application
// Thread-safe.
class ProviderPage final {
 public:
  ProviderPage(ProviderLogins& logins, const BrowserAccess& access);

  // The handlers keep a reference to this object.
  void AddTo(Router& router);

 private:
  HttpResponse Show(const HttpRequest& request);
  HttpResponse Callback(const HttpRequest& request);

  ProviderLogins& logins_;
  const BrowserAccess& access_;
};

}  // namespace inkwell::emulator
