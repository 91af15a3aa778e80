#include "api/organization_json.h"

#include <string_view>
#include <utility>

namespace clerk::api {
namespace {

using encoding::BoolMember;
using encoding::Json;
using encoding::Member;
using encoding::OptionalInteger;
using encoding::OptionalString;

std::string Text(const Json& json, std::string_view name) { return OptionalString(json, name).value_or(""); }

std::int64_t Integer(const Json& json, std::string_view name) { return OptionalInteger(json, name).value_or(0); }

std::string ObjectText(const Json& json, std::string_view name) {
  const Json* object = Member(json, name);
  return object != nullptr && object->is_object() ? encoding::CanonicalText(*object) : "{}";
}

// What all of them have. False if there is no id.
template <typename Resource>
bool ParseIdentity(const Json& json, Resource& resource) {
  resource.id = Text(json, "id");
  resource.created_at = Integer(json, "created_at");
  resource.updated_at = Integer(json, "updated_at");
  return !resource.id.empty();
}

template <typename Resource>
void ParseMetadata(const Json& json, Resource& resource) {
  resource.public_metadata = ObjectText(json, "public_metadata");
  resource.private_metadata = ObjectText(json, "private_metadata");
}

PublicUserData ParsePublicUserData(const Json& json) {
  return {Text(json, "user_id"),
          OptionalString(json, "identifier"),
          OptionalString(json, "first_name"),
          OptionalString(json, "last_name"),
          Text(json, "image_url"),
          BoolMember(json, "has_image")};
}

}  // namespace

std::optional<Organization> ParseOrganization(const Json& json) {
  Organization organization;
  if (!ParseIdentity(json, organization)) return std::nullopt;
  ParseMetadata(json, organization);
  organization.name = Text(json, "name");
  organization.slug = OptionalString(json, "slug");
  organization.image_url = Text(json, "image_url");
  organization.has_image = BoolMember(json, "has_image");
  organization.created_by = OptionalString(json, "created_by");
  organization.members_count = OptionalInteger(json, "members_count");
  organization.max_allowed_memberships = Integer(json, "max_allowed_memberships");
  organization.admin_delete_enabled = BoolMember(json, "admin_delete_enabled");
  return organization;
}

std::optional<OrganizationMembership> ParseOrganizationMembership(const Json& json) {
  OrganizationMembership membership;
  if (!ParseIdentity(json, membership)) return std::nullopt;
  ParseMetadata(json, membership);
  membership.role = Text(json, "role");
  membership.role_name = Text(json, "role_name");
  if (const Json* permissions = Member(json, "permissions"); permissions != nullptr && permissions->is_array()) {
    for (const Json& permission : *permissions) {
      if (permission.is_string()) membership.permissions.push_back(permission.get<std::string>());
    }
  }
  if (const Json* organization = Member(json, "organization")) {
    membership.organization = ParseOrganization(*organization).value_or(Organization());
  }
  if (const Json* user = Member(json, "public_user_data")) membership.user = ParsePublicUserData(*user);
  return membership;
}

std::optional<OrganizationInvitation> ParseOrganizationInvitation(const Json& json) {
  OrganizationInvitation invitation;
  if (!ParseIdentity(json, invitation)) return std::nullopt;
  ParseMetadata(json, invitation);
  invitation.email_address = Text(json, "email_address");
  invitation.role = Text(json, "role");
  invitation.role_name = Text(json, "role_name");
  invitation.organization_id = Text(json, "organization_id");
  invitation.inviter_id = OptionalString(json, "inviter_id");
  invitation.user_id = OptionalString(json, "user_id");
  invitation.status = Text(json, "status");
  invitation.url = OptionalString(json, "url");
  invitation.expires_at = OptionalInteger(json, "expires_at");
  return invitation;
}

std::optional<OrganizationDomain> ParseOrganizationDomain(const Json& json) {
  OrganizationDomain domain;
  if (!ParseIdentity(json, domain)) return std::nullopt;
  domain.organization_id = Text(json, "organization_id");
  domain.name = Text(json, "name");
  domain.enrollment_mode = Text(json, "enrollment_mode");
  domain.affiliation_email_address = OptionalString(json, "affiliation_email_address");
  // `verification` is the deprecated name of the first two together.
  for (const char* name : {"ownership_verification", "affiliation_verification", "verification"}) {
    const Json* verification = Member(json, name);
    domain.verified = domain.verified || (verification != nullptr && Text(*verification, "status") == "verified");
  }
  domain.total_pending_invitations = Integer(json, "total_pending_invitations");
  domain.total_pending_suggestions = Integer(json, "total_pending_suggestions");
  return domain;
}

std::optional<DeletedObject> ParseDeletedObject(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  return DeletedObject{Text(json, "object"), OptionalString(json, "id"), BoolMember(json, "deleted"),
                       OptionalString(json, "slug"), OptionalString(json, "external_id")};
}

}  // namespace clerk::api
