#pragma once

#include <filesystem>

#include "clerk-emulator/accounts/browser_sessions.h"
#include "clerk-emulator/accounts/instance.h"
#include "clerk-emulator/accounts/provider_logins.h"
#include "clerk-emulator/accounts/sign_ins.h"
#include "clerk-emulator/accounts/sign_ups.h"
#include "clerk-emulator/frontend_api/clerk_js_files.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/frontend_api/provider_page.h"
#include "clerk-emulator/frontend_api/session_routes.h"
#include "clerk-emulator/frontend_api/sign_in_routes.h"
#include "clerk-emulator/frontend_api/sign_up_routes.h"

namespace inkwell::emulator {

// Clerk's Frontend API, as far as the unmodified clerk-js and its components use it: the parts, put together. Thread-safe.
class FrontendApi final {
 public:
  FrontendApi(InstanceSettings settings, const std::filesystem::path& clerk_js_directory, StateStore& store,
              const WebhookEvents& events, const TokenIssuer& issuer, const BrowserAccess& access, const Clock& clock);

  // The handlers keep references to this object.
  void AddRoutes(Router& router);

  [[nodiscard]] bool HasClerkJs() const { return files_.AreComplete(); }

 private:
  const InstanceSettings settings_;
  SignUps sign_ups_;
  SignIns sign_ins_;
  ProviderLogins provider_logins_;
  BrowserSessions sessions_;
  const Envelope envelope_;
  SignUpRoutes sign_up_routes_;
  SignInRoutes sign_in_routes_;
  SessionRoutes session_routes_;
  ProviderPage provider_page_;
  ClerkJsFiles files_;
};

}  // namespace inkwell::emulator
