#pragma once

#include <string>

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/accounts/email_addresses.h"
#include "clerk-emulator/accounts/jwt_templates.h"
#include "clerk-emulator/accounts/organizations.h"
#include "clerk-emulator/backend_api/api_faults.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/http/browser_access.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/tokens/token_issuer.h"

namespace inkwell::emulator {

// Clerk's Backend API (bapi/2026-05-12): JWKS, the instance, users, e-mail addresses, sessions, JWT templates, organizations.
// Every route but the public key set wants `Authorization: Bearer <secret key>`. Thread-safe.
class BackendApi final {
 public:
  BackendApi(std::string secret_key, StateStore& store, Accounts& accounts, const WebhookEvents& events, const SigningKey& key,
             const TokenIssuer& issuer, const BrowserAccess& access, ApiFaults& faults, const Clock& clock);

  // The handlers keep a reference to this object.
  void AddRoutes(Router& router);

 private:
  using Method = HttpResponse (BackendApi::*)(const HttpRequest&);
  void AddProtected(Router& router, const char* method, const char* pattern, Method handler);
  // For a path that the Frontend API has too.
  void AddShared(Router& router, const char* method, const char* pattern, Method handler);
  HttpResponse Protected(const HttpRequest& request, Method handler);
  [[nodiscard]] ClerkResult<void> Authenticate(const HttpRequest& request) const;

  void AddUserRoutes(Router& router);
  HttpResponse ListUsers(const HttpRequest& request);
  HttpResponse CountUsers(const HttpRequest& request);
  HttpResponse CreateUser(const HttpRequest& request);
  HttpResponse GetUser(const HttpRequest& request);
  HttpResponse UpdateUser(const HttpRequest& request);
  HttpResponse UpdateUserMetadata(const HttpRequest& request);
  HttpResponse BanUser(const HttpRequest& request);
  HttpResponse UnbanUser(const HttpRequest& request);
  HttpResponse LockUser(const HttpRequest& request);
  HttpResponse UnlockUser(const HttpRequest& request);
  HttpResponse VerifyPassword(const HttpRequest& request);
  HttpResponse RemovePassword(const HttpRequest& request);
  HttpResponse DeleteUser(const HttpRequest& request);

  void AddSessionRoutes(Router& router);
  HttpResponse ListSessions(const HttpRequest& request);
  HttpResponse CreateSession(const HttpRequest& request);
  HttpResponse GetSession(const HttpRequest& request);
  HttpResponse RevokeSession(const HttpRequest& request);
  HttpResponse CreateToken(const HttpRequest& request);
  HttpResponse CreateTemplateToken(const HttpRequest& request);
  [[nodiscard]] ClerkResult<Session> FindSession(const std::string& id) const;

  void AddEmailRoutes(Router& router);
  HttpResponse CreateEmail(const HttpRequest& request);
  HttpResponse GetEmail(const HttpRequest& request);
  HttpResponse UpdateEmail(const HttpRequest& request);
  HttpResponse DeleteEmail(const HttpRequest& request);

  void AddTemplateRoutes(Router& router);
  HttpResponse ListTemplates(const HttpRequest& request);
  HttpResponse CreateTemplate(const HttpRequest& request);
  HttpResponse GetTemplate(const HttpRequest& request);
  HttpResponse UpdateTemplate(const HttpRequest& request);
  HttpResponse DeleteTemplate(const HttpRequest& request);

  void AddOrganizationRoutes(Router& router);
  HttpResponse ListOrganizations(const HttpRequest& request);
  HttpResponse CreateOrganization(const HttpRequest& request);
  HttpResponse GetOrganization(const HttpRequest& request);
  HttpResponse UpdateOrganization(const HttpRequest& request);
  HttpResponse UpdateOrganizationMetadata(const HttpRequest& request);
  HttpResponse DeleteOrganization(const HttpRequest& request);

  void AddMemberRoutes(Router& router);
  HttpResponse ListMembers(const HttpRequest& request);
  HttpResponse AddMember(const HttpRequest& request);
  HttpResponse UpdateMember(const HttpRequest& request);
  HttpResponse RemoveMember(const HttpRequest& request);
  HttpResponse ListOwnMemberships(const HttpRequest& request);
  HttpResponse ListInvitations(const HttpRequest& request);
  HttpResponse Invite(const HttpRequest& request);
  HttpResponse RevokeInvitation(const HttpRequest& request);

  HttpResponse Instance(const HttpRequest& request);
  HttpResponse KeySet(const HttpRequest& request);

  const std::string secret_key_;
  StateStore& store_;
  Accounts& accounts_;
  EmailAddresses email_addresses_;
  JwtTemplates jwt_templates_;
  Organizations organizations_;
  const SigningKey& key_;
  const TokenIssuer& issuer_;
  const BrowserAccess& access_;
  ApiFaults& faults_;
  const Clock& clock_;
};

// Whose request it is, for the webhooks that it causes.
[[nodiscard]] Caller CallerOf(const HttpRequest& request);

}  // namespace inkwell::emulator
