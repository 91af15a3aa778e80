#include "clerk-emulator/model/organization_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

json OrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

const char* RoleName(const std::string& role) { return role == "org:admin" ? "Admin" : "Member"; }

}  // namespace

json PublicUserJson(const User& user) {
  return {{"first_name", OrNull(user.first_name)}, {"last_name", OrNull(user.last_name)}, {"image_url", ImageUrl(user)},
          {"has_image", !user.image_url.empty()},  {"identifier", PrimaryEmail(user)},    {"user_id", user.id},
          {"username", OrNull(user.username)}};
}

json OrganizationJson(const Organization& organization) {
  return {{"object", "organization"},
          {"id", organization.id},
          {"name", organization.name},
          {"slug", organization.slug},
          {"image_url", ""},
          {"has_image", false},
          {"max_allowed_memberships", organization.max_allowed_memberships},
          {"admin_delete_enabled", organization.admin_delete_enabled},
          {"public_metadata", json::parse(organization.public_metadata)},
          {"private_metadata", json::parse(organization.private_metadata)},
          {"created_by", OrNull(organization.created_by)},
          {"role_set_key", nullptr},
          {"created_at", organization.created_at.value},
          {"updated_at", organization.updated_at.value}};
}

json MembershipJson(const Organization& organization, const Membership& membership, const User& user) {
  json permissions = json::array({"org:sys_memberships:read"});
  if (membership.role == "org:admin") {
    permissions = {"org:sys_profile:manage", "org:sys_profile:delete", "org:sys_memberships:read", "org:sys_memberships:manage"};
  }
  auto person = PublicUserJson(user);
  person["profile_image_url"] = person["image_url"];
  person["banned"] = user.banned;
  person["deprovisioned"] = false;
  return {{"object", "organization_membership"},
          {"id", membership.id},
          {"role", membership.role},
          {"role_name", RoleName(membership.role)},
          {"permissions", std::move(permissions)},
          {"public_metadata", json::parse(membership.public_metadata)},
          {"private_metadata", json::parse(membership.private_metadata)},
          {"organization", OrganizationJson(organization)},
          {"public_user_data", std::move(person)},
          {"created_at", membership.created_at.value},
          {"updated_at", membership.updated_at.value}};
}

json InvitationJson(const State& state, const Organization& organization, const Invitation& invitation, UnixMillis now) {
  json inviter;
  if (const auto user = state.users.find(invitation.inviter_id); user != state.users.end()) {
    inviter = PublicUserJson(user->second);
    inviter.erase("username");
  }
  return {{"object", "organization_invitation"},
          {"id", invitation.id},
          {"email_address", invitation.email_address},
          {"role", invitation.role},
          {"role_name", RoleName(invitation.role)},
          {"organization_id", organization.id},
          {"inviter_id", OrNull(invitation.inviter_id)},
          {"public_inviter_data", std::move(inviter)},
          {"status", StatusOf(invitation, now)},
          {"public_metadata", json::parse(invitation.public_metadata)},
          {"private_metadata", json::parse(invitation.private_metadata)},
          {"url", nullptr},
          {"expires_at", invitation.expires_at.value},
          {"created_at", invitation.created_at.value},
          {"updated_at", invitation.updated_at.value}};
}

}  // namespace inkwell::emulator
