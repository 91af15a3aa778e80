#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/backend_api/user_query.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/organization_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxInvitationDays = 365;

Actor Backend(const HttpRequest& request) { return {{}, CallerOf(request)}; }

HttpResponse ListResponse(const json& all, const Page& page) {
  json data = json::array();
  for (std::size_t i = page.offset; i < all.size() && data.size() < page.limit; ++i) data.push_back(all[i]);
  return {200, json{{"data", std::move(data)}, {"total_count", all.size()}}.dump(), "application/json", {}};
}

bool IsWanted(const HttpRequest& request, const char* name, const std::string& value) {
  const auto wanted = request.QueryAll(name);
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

HttpResponse JsonResponse(const ClerkResult<std::string>& body) {
  if (!body) return ErrorResponse(body.error());
  return {200, *body, "application/json", {}};
}

// The user's membership as it is in the organization.
HttpResponse MemberResponse(const StateStore& store, const ClerkResult<Organization>& organization, const std::string& user_id) {
  if (!organization) return ErrorResponse(organization.error());
  return JsonResponse(store.View([&](const State& state) -> ClerkResult<std::string> {
    const auto user = state.users.find(user_id);
    const auto* membership = FindMembership(*organization, user_id);
    const bool gone = user == state.users.end() || membership == nullptr;  // meanwhile
    if (gone) return tl::unexpected(ResourceNotFound("No such member was found."));
    return MembershipJson(*organization, *membership, user->second).dump();
  }));
}

HttpResponse InvitationResponse(const StateStore& store, const Organization& organization,
                                const ClerkResult<Invitation>& invitation, UnixMillis now) {
  if (!invitation) return ErrorResponse(invitation.error());
  return JsonResponse(store.View([&](const State& state) -> ClerkResult<std::string> {
    return InvitationJson(state, organization, *invitation, now).dump();
  }));
}

}  // namespace

void BackendApi::AddMemberRoutes(Router& router) {
  AddShared(router, "GET", "/v1/organizations/{organization_id}/memberships", &BackendApi::ListMembers);
  AddShared(router, "POST", "/v1/organizations/{organization_id}/memberships", &BackendApi::AddMember);
  AddShared(router, "PATCH", "/v1/organizations/{organization_id}/memberships/{user_id}", &BackendApi::UpdateMember);
  AddShared(router, "DELETE", "/v1/organizations/{organization_id}/memberships/{user_id}", &BackendApi::RemoveMember);
  AddProtected(router, "GET", "/v1/users/{user_id}/organization_memberships", &BackendApi::ListOwnMemberships);
  AddShared(router, "GET", "/v1/organizations/{organization_id}/invitations", &BackendApi::ListInvitations);
  AddShared(router, "POST", "/v1/organizations/{organization_id}/invitations", &BackendApi::Invite);
  AddShared(router, "POST", "/v1/organizations/{organization_id}/invitations/{invitation_id}/revoke",
            &BackendApi::RevokeInvitation);
}

HttpResponse BackendApi::ListMembers(const HttpRequest& request) {
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  const auto organization = organizations_.Find(request.path_arguments[0], Backend(request));
  if (!organization) return ErrorResponse(organization.error());
  const auto members = store_.View([&](const State& state) {
    json list = json::array();
    // The newest first, as Clerk does unless it is told otherwise.
    for (auto member = organization->memberships.rbegin(); member != organization->memberships.rend(); ++member) {
      const auto user = state.users.find(member->user_id);
      const bool wanted = IsWanted(request, "user_id", member->user_id) && IsWanted(request, "role", member->role);
      if (wanted && user != state.users.end()) list.push_back(MembershipJson(*organization, *member, user->second));
    }
    return list;
  });
  return ListResponse(members, *page);
}

HttpResponse BackendApi::AddMember(const HttpRequest& request) {
  JsonBody body(request.body);
  Membership wanted;
  wanted.user_id = body.TextOr("user_id", "");
  wanted.role = body.TextOr("role", "");
  wanted.public_metadata = body.ObjectText("public_metadata").value_or("{}");
  wanted.private_metadata = body.ObjectText("private_metadata").value_or("{}");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (wanted.user_id.empty()) return ErrorResponse(ParamMissing("user_id"));
  if (wanted.role.empty()) return ErrorResponse(ParamMissing("role"));
  return MemberResponse(store_, organizations_.AddMember(request.path_arguments[0], wanted, Backend(request)), wanted.user_id);
}

HttpResponse BackendApi::UpdateMember(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto role = body.TextOr("role", "");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (role.empty()) return ErrorResponse(ParamMissing("role"));
  const auto& user_id = request.path_arguments[1];
  return MemberResponse(store_, organizations_.SetRole(request.path_arguments[0], user_id, role, Backend(request)), user_id);
}

HttpResponse BackendApi::RemoveMember(const HttpRequest& request) {
  const auto organization = organizations_.Find(request.path_arguments[0], Backend(request));
  if (!organization) return ErrorResponse(organization.error());
  const auto& user_id = request.path_arguments[1];
  auto removed = organizations_.RemoveMember(organization->id, user_id, Backend(request));
  if (!removed) return ErrorResponse(removed.error());
  return MemberResponse(store_, organization, user_id);
}

HttpResponse BackendApi::ListOwnMemberships(const HttpRequest& request) {
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  const auto& user_id = request.path_arguments[0];
  const auto memberships = store_.View([&](const State& state) -> ClerkResult<json> {
    const auto user = state.users.find(user_id);
    if (user == state.users.end()) return tl::unexpected(ResourceNotFound("No user was found with id " + user_id + "."));
    json list = json::array();
    for (const auto& [id, organization] : state.organizations) {
      const auto* membership = FindMembership(organization, user_id);
      if (membership != nullptr) list.push_back(MembershipJson(organization, *membership, user->second));
    }
    return list;
  });
  return memberships ? ListResponse(*memberships, *page) : ErrorResponse(memberships.error());
}

HttpResponse BackendApi::ListInvitations(const HttpRequest& request) {
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  const auto organization = organizations_.Find(request.path_arguments[0], Backend(request));
  if (!organization) return ErrorResponse(organization.error());
  const auto now = clock_.Now();
  const auto invitations = store_.View([&](const State& state) {
    json list = json::array();
    for (auto item = organization->invitations.rbegin(); item != organization->invitations.rend(); ++item) {
      const bool wanted = IsWanted(request, "status", std::string(StatusOf(*item, now))) &&
                          IsWanted(request, "email_address", item->email_address);
      if (wanted) list.push_back(InvitationJson(state, *organization, *item, now));
    }
    return list;
  });
  return ListResponse(invitations, *page);
}

HttpResponse BackendApi::Invite(const HttpRequest& request) {
  JsonBody body(request.body);
  NewInvitation wanted;
  wanted.email_address = body.TextOr("email_address", "");
  wanted.role = body.TextOr("role", "");
  wanted.inviter_id = body.TextOr("inviter_user_id", "");
  wanted.expires_in_days = body.Integer("expires_in_days", 1, kMaxInvitationDays).value_or(wanted.expires_in_days);
  wanted.public_metadata = body.ObjectText("public_metadata").value_or("{}");
  wanted.private_metadata = body.ObjectText("private_metadata").value_or("{}");
  body.Ignore("redirect_url");
  body.Ignore("notify");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (wanted.email_address.empty()) return ErrorResponse(ParamMissing("email_address"));
  if (wanted.role.empty()) return ErrorResponse(ParamMissing("role"));
  const auto organization = organizations_.Find(request.path_arguments[0], Backend(request));
  if (!organization) return ErrorResponse(organization.error());
  return InvitationResponse(store_, *organization, organizations_.Invite(organization->id, wanted, Backend(request)),
                            clock_.Now());
}

HttpResponse BackendApi::RevokeInvitation(const HttpRequest& request) {
  JsonBody body(request.body);
  body.Ignore("requesting_user_id");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  const auto organization = organizations_.Find(request.path_arguments[0], Backend(request));
  if (!organization) return ErrorResponse(organization.error());
  const auto revoked = organizations_.Revoke(organization->id, request.path_arguments[1], Backend(request));
  return InvitationResponse(store_, *organization, revoked, clock_.Now());
}

}  // namespace inkwell::emulator
