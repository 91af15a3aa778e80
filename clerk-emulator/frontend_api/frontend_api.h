#pragma once

#include <filesystem>

#include "clerk-emulator/accounts/browser_sessions.h"
#include "clerk-emulator/accounts/instance.h"
#include "clerk-emulator/accounts/organizations.h"
#include "clerk-emulator/accounts/profiles.h"
#include "clerk-emulator/accounts/provider_logins.h"
#include "clerk-emulator/accounts/sign_ins.h"
#include "clerk-emulator/accounts/sign_ups.h"
#include "clerk-emulator/frontend_api/clerk_js_files.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/frontend_api/handshake.h"
#include "clerk-emulator/frontend_api/organization_routes.h"
#include "clerk-emulator/frontend_api/profile_images.h"
#include "clerk-emulator/frontend_api/profile_routes.h"
#include "clerk-emulator/frontend_api/provider_page.h"
#include "clerk-emulator/frontend_api/session_routes.h"
#include "clerk-emulator/frontend_api/sign_in_routes.h"
#include "clerk-emulator/frontend_api/sign_up_routes.h"

namespace inkwell::emulator {

// Clerk's Frontend API, as far as the unmodified clerk-js and its components use it: the parts, put together. Thread-safe.
class FrontendApi final {
 public:
  struct Directories {
    std::filesystem::path data;      // where uploaded pictures are kept
    std::filesystem::path clerk_js;  // see ClerkJsFiles
  };

  FrontendApi(InstanceSettings settings, const Directories& directories, StateStore& store, Accounts& accounts,
              const WebhookEvents& events, const TokenIssuer& issuer, const BrowserAccess& access, const Clock& clock);

  // The handlers keep references to this object.
  void AddRoutes(Router& router);

  void RemovePictures() const { images_.Clear(); }

  [[nodiscard]] bool HasClerkJs() const { return files_.AreComplete(); }

 private:
  const InstanceSettings settings_;
  SignUps sign_ups_;
  SignIns sign_ins_;
  ProviderLogins provider_logins_;
  BrowserSessions sessions_;
  Profiles profiles_;
  Organizations organizations_;
  const ProfileImages images_;
  const Envelope envelope_;
  SignUpRoutes sign_up_routes_;
  SignInRoutes sign_in_routes_;
  SessionRoutes session_routes_;
  ProfileRoutes profile_routes_;
  OrganizationRoutes organization_routes_;
  ProviderPage provider_page_;
  Handshake handshake_;
  const ClerkJsFiles files_;
};

}  // namespace inkwell::emulator
