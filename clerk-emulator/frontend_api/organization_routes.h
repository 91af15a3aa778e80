#pragma once

#include "clerk-emulator/accounts/organizations.h"
#include "clerk-emulator/frontend_api/envelope.h"
#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// /v1/organizations and the user's memberships: what the organization switcher and its dialogs ask for. Lists that this emulator
// does not have (invitations, suggestions, domains) are empty. Thread-safe.
class OrganizationRoutes final {
 public:
  OrganizationRoutes(Organizations& organizations, const StateStore& store, const Envelope& envelope);

  // The handlers keep a reference to this object.
  void AddTo(Router& router);

 private:
  using Method = HttpResponse (OrganizationRoutes::*)(const HttpRequest& request, const SessionView& me);
  // With the live session of the request: 401 authentication_invalid without one.
  void AddSignedIn(Router& router, const char* method, const char* pattern, Method handler);

  HttpResponse Create(const HttpRequest& request, const SessionView& me);
  HttpResponse Get(const HttpRequest& request, const SessionView& me);
  HttpResponse Update(const HttpRequest& request, const SessionView& me);
  HttpResponse Delete(const HttpRequest& request, const SessionView& me);
  HttpResponse Members(const HttpRequest& request, const SessionView& me);
  HttpResponse RemoveMember(const HttpRequest& request, const SessionView& me);
  HttpResponse Leave(const HttpRequest& request, const SessionView& me);
  HttpResponse Roles(const HttpRequest& request, const SessionView& me);
  HttpResponse OwnMemberships(const HttpRequest& request, const SessionView& me);
  HttpResponse EmptyList(const HttpRequest& request, const SessionView& me);
  HttpResponse Remove(const HttpRequest& request, const SessionView& me, const std::string& member_id);

  Organizations& organizations_;
  const StateStore& store_;
  const Envelope& envelope_;
};

}  // namespace inkwell::emulator
