#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/api/call_options.h"
#include "clerk/api/metadata.h"
#include "clerk/api/page.h"
#include "clerk/api_error.h"
#include "clerk/deleted_object.h"
#include "clerk/organization.h"

namespace clerk {

namespace api {
class Requester;
}

struct OrganizationListQuery {
  PageQuery page{};
  std::string order_by{};  // "-created_at", "+members_count", …; "" leaves Clerk's order
  std::string query{};     // Clerk's search in ids, names and slugs
  std::vector<std::string> organization_ids{};
  bool include_members_count = false;
};

struct NewOrganization {
  std::string name{};
  std::string slug{};                                     // "": none
  std::string created_by{};                               // user_…, becomes its first administrator; "": nobody
  std::optional<std::int64_t> max_allowed_memberships{};  // 0 means unlimited
  std::optional<std::string> public_metadata{};           // JSON object
  std::optional<std::string> private_metadata{};          // JSON object
};

// Members that are absent are left alone.
struct OrganizationUpdate {
  std::optional<std::string> name{};
  std::optional<std::string> slug{};
  std::optional<std::int64_t> max_allowed_memberships{};
  std::optional<bool> admin_delete_enabled{};
};

struct MembershipListQuery {
  PageQuery page{};
  std::string order_by{};
  std::string query{};
  std::vector<std::string> user_ids{};
  std::vector<std::string> roles{};  // "org:admin"
};

struct NewOrganizationInvitation {
  std::string email_address{};
  std::string role{};             // "org:member"
  std::string inviter_user_id{};  // "": nobody
  std::string redirect_url{};     // where the invited one goes from the e-mail; "": Clerk's page
  std::optional<std::int64_t> expires_in_days{};
  std::optional<std::string> public_metadata{};   // JSON object
  std::optional<std::string> private_metadata{};  // JSON object
};

// The `organizations` resource of the Backend API, as far as it has types here; the rest of it by BackendClient::Call.
// Thread-safe; every call blocks until its deadline at most.
class OrganizationsApi final {
 public:
  explicit OrganizationsApi(std::shared_ptr<const api::Requester> requester);

  [[nodiscard]] ApiResult<Page<Organization>> List(const OrganizationListQuery& query = {},
                                                   const CallOptions& options = {}) const;
  // By id or by slug.
  [[nodiscard]] ApiResult<Organization> Get(std::string_view id_or_slug, const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<Organization> Create(const NewOrganization& organization, const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<Organization> Update(std::string_view organization_id, const OrganizationUpdate& update,
                                               const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<Organization> MergeMetadata(std::string_view organization_id, const Metadata& metadata,
                                                      const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<Organization> ReplaceMetadata(std::string_view organization_id, const Metadata& metadata,
                                                        const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<DeletedObject> Delete(std::string_view organization_id, const CallOptions& options = {}) const;

  [[nodiscard]] ApiResult<Page<OrganizationMembership>> ListMemberships(std::string_view organization_id,
                                                                        const MembershipListQuery& query = {},
                                                                        const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<OrganizationMembership> CreateMembership(std::string_view organization_id, std::string_view user_id,
                                                                   std::string_view role, const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<OrganizationMembership> UpdateMembership(std::string_view organization_id, std::string_view user_id,
                                                                   std::string_view role, const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<OrganizationMembership> DeleteMembership(std::string_view organization_id, std::string_view user_id,
                                                                   const CallOptions& options = {}) const;

  // `status`: "pending", "accepted", "revoked", "expired"; none means all.
  [[nodiscard]] ApiResult<Page<OrganizationInvitation>> ListInvitations(std::string_view organization_id,
                                                                        const std::vector<std::string>& status = {},
                                                                        const PageQuery& page = {},
                                                                        const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<OrganizationInvitation> CreateInvitation(std::string_view organization_id,
                                                                   const NewOrganizationInvitation& invitation,
                                                                   const CallOptions& options = {}) const;
  // `requesting_user_id`: who revokes it, a member with the permission to do so; "" for the application itself.
  [[nodiscard]] ApiResult<OrganizationInvitation> RevokeInvitation(std::string_view organization_id,
                                                                   std::string_view invitation_id,
                                                                   std::string_view requesting_user_id = {},
                                                                   const CallOptions& options = {}) const;

 private:
  std::shared_ptr<const api::Requester> requester_;
};

}  // namespace clerk
