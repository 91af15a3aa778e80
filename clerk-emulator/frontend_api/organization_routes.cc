#include "clerk-emulator/frontend_api/organization_routes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/http/form_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

json ListJson(json data) {
  const auto count = data.size();
  return {{"data", std::move(data)}, {"total_count", count}};
}

json RoleJson(const char* key, const char* name) {
  return {{"object", "role"},  {"id", std::string("role_") + name}, {"key", key},      {"name", name},
          {"description", ""}, {"permissions", json::array()},      {"created_at", 0}, {"updated_at", 0}};
}

Actor ActorOf(const HttpRequest& request, const SessionView& me) {
  return {me.user.id, {request.client_address, request.Header("user-agent")}};
}

}  // namespace

OrganizationRoutes::OrganizationRoutes(Organizations& organizations, const StateStore& store, const Envelope& envelope)
    : organizations_(organizations), store_(store), envelope_(envelope) {}

void OrganizationRoutes::AddTo(Router& router) {
  AddSignedIn(router, "POST", "/v1/organizations", &OrganizationRoutes::Create);
  AddSignedIn(router, "GET", "/v1/organizations/{id}", &OrganizationRoutes::Get);
  AddSignedIn(router, "PATCH", "/v1/organizations/{id}", &OrganizationRoutes::Update);
  AddSignedIn(router, "DELETE", "/v1/organizations/{id}", &OrganizationRoutes::Delete);
  AddSignedIn(router, "GET", "/v1/organizations/{id}/memberships", &OrganizationRoutes::Members);
  AddSignedIn(router, "DELETE", "/v1/organizations/{id}/memberships/{user_id}", &OrganizationRoutes::RemoveMember);
  AddSignedIn(router, "GET", "/v1/organizations/{id}/roles", &OrganizationRoutes::Roles);
  for (const char* none :
       {"/v1/organizations/{id}/invitations", "/v1/organizations/{id}/membership_requests", "/v1/organizations/{id}/domains",
        "/v1/me/organization_invitations", "/v1/me/organization_suggestions"}) {
    AddSignedIn(router, "GET", none, &OrganizationRoutes::EmptyList);
  }
  AddSignedIn(router, "GET", "/v1/me/organization_memberships", &OrganizationRoutes::OwnMemberships);
  AddSignedIn(router, "DELETE", "/v1/me/organization_memberships/{id}", &OrganizationRoutes::Leave);
}

void OrganizationRoutes::AddSignedIn(Router& router, const char* method, const char* pattern, Method handler) {
  router.Add(method, pattern, [this, handler](const HttpRequest& request) {
    const auto me = envelope_.SignedIn(request);
    if (!me) return ErrorResponse(me.error());
    return (this->*handler)(request, *me);
  });
}

HttpResponse OrganizationRoutes::Create(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  OrganizationFields fields;
  fields.name = form.TextOr("name", "");
  fields.slug = form.TextOr("slug", "");
  const auto made = organizations_.Create(me.user.id, fields, ActorOf(request, me));
  if (!made) return ErrorResponse(made.error());
  return envelope_.Wrap(request, FrontendOrganizationJson(*made));
}

HttpResponse OrganizationRoutes::Get(const HttpRequest& request, const SessionView& me) {
  const auto found = organizations_.Find(request.path_arguments[0], ActorOf(request, me));
  if (!found) return ErrorResponse(found.error());
  return envelope_.Wrap(request, FrontendOrganizationJson(*found));
}

HttpResponse OrganizationRoutes::Update(const HttpRequest& request, const SessionView& me) {
  const FormBody form(request.body);
  OrganizationFields fields;
  fields.name = form.Text("name");
  fields.slug = form.Text("slug");
  const auto updated = organizations_.Update(request.path_arguments[0], fields, ActorOf(request, me));
  if (!updated) return ErrorResponse(updated.error());
  return envelope_.Wrap(request, FrontendOrganizationJson(*updated));
}

HttpResponse OrganizationRoutes::Delete(const HttpRequest& request, const SessionView& me) {
  const auto& id = request.path_arguments[0];
  if (auto deleted = organizations_.Delete(id, ActorOf(request, me)); !deleted) return ErrorResponse(deleted.error());
  return envelope_.Wrap(request, DeletedJson("organization", id));
}

HttpResponse OrganizationRoutes::Members(const HttpRequest& request, const SessionView& me) {
  const auto organization = organizations_.Find(request.path_arguments[0], ActorOf(request, me));
  if (!organization) return ErrorResponse(organization.error());
  auto members = store_.View([&](const State& state) {
    json list = json::array();
    for (const auto& membership : organization->memberships) {
      const auto user = state.users.find(membership.user_id);
      if (user != state.users.end()) list.push_back(FrontendMembershipJson(*organization, membership, user->second));
    }
    return list;
  });
  return envelope_.Wrap(request, ListJson(std::move(members)));
}

HttpResponse OrganizationRoutes::Remove(const HttpRequest& request, const SessionView& me, const std::string& member_id) {
  const auto& id = request.path_arguments[0];
  const auto removed = organizations_.RemoveMember(id, member_id, ActorOf(request, me));
  if (!removed) return ErrorResponse(removed.error());
  return envelope_.Wrap(request, DeletedJson("organization_membership", removed->id));
}

HttpResponse OrganizationRoutes::RemoveMember(const HttpRequest& request, const SessionView& me) {
  return Remove(request, me, request.path_arguments[1]);
}

HttpResponse OrganizationRoutes::Leave(const HttpRequest& request, const SessionView& me) {
  return Remove(request, me, me.user.id);
}

HttpResponse OrganizationRoutes::Roles(const HttpRequest& request, const SessionView&) {
  auto roles = ListJson(json::array({RoleJson("org:admin", "Admin"), RoleJson("org:member", "Member")}));
  roles["has_role_set_migration"] = false;
  return envelope_.Wrap(request, roles);
}

HttpResponse OrganizationRoutes::OwnMemberships(const HttpRequest& request, const SessionView& me) {
  return envelope_.Wrap(request, ListJson(FrontendUserJson(me.user, me.organizations).at("organization_memberships")));
}

HttpResponse OrganizationRoutes::EmptyList(const HttpRequest& request, const SessionView&) {
  return envelope_.Wrap(request, ListJson(json::array()));
}

}  // namespace inkwell::emulator
