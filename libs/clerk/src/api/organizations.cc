#include "clerk/api/organizations.h"

#include <utility>

#include "api/organization_json.h"
#include "api/requester.h"
#include "api/typed.h"

namespace clerk {

using api::ReadAs;
using api::ReadPage;
using encoding::Json;

OrganizationsApi::OrganizationsApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<Page<Organization>> OrganizationsApi::List(const OrganizationListQuery& query, const CallOptions& options) const {
  Json members = {{"orderBy", query.order_by},
                  {"query", query.query},
                  {"organizationId", query.organization_ids},
                  {"includeMembersCount", query.include_members_count}};
  api::AddPage(members, query.page);
  return ReadPage(requester_->Run("organizations.getOrganizationList", Json::array({members}), options), api::ParseOrganization);
}

ApiResult<Organization> OrganizationsApi::Get(std::string_view id_or_slug, const CallOptions& options) const {
  const Json members = {{"organizationId", id_or_slug}};
  return ReadAs(requester_->Run("organizations.getOrganization", Json::array({members}), options), api::ParseOrganization);
}

ApiResult<Organization> OrganizationsApi::Create(const NewOrganization& organization, const CallOptions& options) const {
  Json members = {{"name", organization.name}};
  api::AddIf(members, "slug", organization.slug);
  api::AddIf(members, "createdBy", organization.created_by);
  api::AddIf(members, "maxAllowedMemberships", organization.max_allowed_memberships);
  if (!api::AddMetadata(members, {organization.public_metadata, organization.private_metadata, {}})) return api::NotAnObject();
  return ReadAs(requester_->Run("organizations.createOrganization", Json::array({members}), options), api::ParseOrganization);
}

ApiResult<Organization> OrganizationsApi::Update(std::string_view organization_id, const OrganizationUpdate& update,
                                                 const CallOptions& options) const {
  Json members = Json::object();
  api::AddIf(members, "name", update.name);
  api::AddIf(members, "slug", update.slug);
  api::AddIf(members, "maxAllowedMemberships", update.max_allowed_memberships);
  api::AddIf(members, "adminDeleteEnabled", update.admin_delete_enabled);
  return ReadAs(requester_->Run("organizations.updateOrganization", Json::array({organization_id, members}), options),
                api::ParseOrganization);
}

ApiResult<Organization> OrganizationsApi::MergeMetadata(std::string_view organization_id, const Metadata& metadata,
                                                        const CallOptions& options) const {
  Json members = Json::object();
  if (!api::AddMetadata(members, metadata)) return api::NotAnObject();
  return ReadAs(requester_->Run("organizations.updateOrganizationMetadata", Json::array({organization_id, members}), options),
                api::ParseOrganization);
}

ApiResult<Organization> OrganizationsApi::ReplaceMetadata(std::string_view organization_id, const Metadata& metadata,
                                                          const CallOptions& options) const {
  Json members = Json::object();
  if (!api::AddMetadata(members, metadata)) return api::NotAnObject();
  return ReadAs(requester_->Run("organizations.replaceOrganizationMetadata", Json::array({organization_id, members}), options),
                api::ParseOrganization);
}

ApiResult<DeletedObject> OrganizationsApi::Delete(std::string_view organization_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("organizations.deleteOrganization", Json::array({organization_id}), options),
                api::ParseDeletedObject);
}

ApiResult<Page<OrganizationMembership>> OrganizationsApi::ListMemberships(std::string_view organization_id,
                                                                          const MembershipListQuery& query,
                                                                          const CallOptions& options) const {
  Json members = {{"organizationId", organization_id},
                  {"orderBy", query.order_by},
                  {"query", query.query},
                  {"userId", query.user_ids},
                  {"role", query.roles}};
  api::AddPage(members, query.page);
  return ReadPage(requester_->Run("organizations.getOrganizationMembershipList", Json::array({members}), options),
                  api::ParseOrganizationMembership);
}

ApiResult<OrganizationMembership> OrganizationsApi::CreateMembership(std::string_view organization_id, std::string_view user_id,
                                                                     std::string_view role, const CallOptions& options) const {
  const Json members = {{"organizationId", organization_id}, {"userId", user_id}, {"role", role}};
  return ReadAs(requester_->Run("organizations.createOrganizationMembership", Json::array({members}), options),
                api::ParseOrganizationMembership);
}

ApiResult<OrganizationMembership> OrganizationsApi::UpdateMembership(std::string_view organization_id, std::string_view user_id,
                                                                     std::string_view role, const CallOptions& options) const {
  const Json members = {{"organizationId", organization_id}, {"userId", user_id}, {"role", role}};
  return ReadAs(requester_->Run("organizations.updateOrganizationMembership", Json::array({members}), options),
                api::ParseOrganizationMembership);
}

ApiResult<OrganizationMembership> OrganizationsApi::DeleteMembership(std::string_view organization_id, std::string_view user_id,
                                                                     const CallOptions& options) const {
  const Json members = {{"organizationId", organization_id}, {"userId", user_id}};
  return ReadAs(requester_->Run("organizations.deleteOrganizationMembership", Json::array({members}), options),
                api::ParseOrganizationMembership);
}

ApiResult<Page<OrganizationInvitation>> OrganizationsApi::ListInvitations(std::string_view organization_id,
                                                                          const std::vector<std::string>& status,
                                                                          const PageQuery& page,
                                                                          const CallOptions& options) const {
  Json members = {{"organizationId", organization_id}, {"status", status}};
  api::AddPage(members, page);
  return ReadPage(requester_->Run("organizations.getOrganizationInvitationList", Json::array({members}), options),
                  api::ParseOrganizationInvitation);
}

ApiResult<OrganizationInvitation> OrganizationsApi::CreateInvitation(std::string_view organization_id,
                                                                     const NewOrganizationInvitation& invitation,
                                                                     const CallOptions& options) const {
  Json members = {{"organizationId", organization_id}, {"emailAddress", invitation.email_address}, {"role", invitation.role}};
  api::AddIf(members, "inviterUserId", invitation.inviter_user_id);
  api::AddIf(members, "redirectUrl", invitation.redirect_url);
  api::AddIf(members, "expiresInDays", invitation.expires_in_days);
  if (!api::AddMetadata(members, {invitation.public_metadata, invitation.private_metadata, {}})) return api::NotAnObject();
  return ReadAs(requester_->Run("organizations.createOrganizationInvitation", Json::array({members}), options),
                api::ParseOrganizationInvitation);
}

ApiResult<OrganizationInvitation> OrganizationsApi::RevokeInvitation(std::string_view organization_id,
                                                                     std::string_view invitation_id,
                                                                     std::string_view requesting_user_id,
                                                                     const CallOptions& options) const {
  Json members = {{"organizationId", organization_id}, {"invitationId", invitation_id}};
  api::AddIf(members, "requestingUserId", requesting_user_id);
  return ReadAs(requester_->Run("organizations.revokeOrganizationInvitation", Json::array({members}), options),
                api::ParseOrganizationInvitation);
}

}  // namespace clerk
