#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace clerk {

// Organizations and what belongs to them, from webhooks or from the Backend API. All times are milliseconds since the epoch;
// `updated_at` is the version: of two states of a resource the one with the higher value is newer. Metadata are JSON, members
// sorted, no white space: equal metadata are equal texts.

struct Organization {
  std::string id{};  // org_…
  std::string name{};
  std::optional<std::string> slug{};
  std::string image_url{};
  bool has_image = false;
  std::optional<std::string> created_by{};      // user_…
  std::optional<std::int64_t> members_count{};  // only where it was asked for
  std::int64_t max_allowed_memberships = 0;     // 0 means unlimited
  bool admin_delete_enabled = false;
  std::string public_metadata = "{}";
  std::string private_metadata = "{}";  // for servers only
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
};

// The user of a membership, as far as the other members of the organization see it.
struct PublicUserData {
  std::string user_id{};
  std::optional<std::string> identifier{};  // an e-mail address, a phone number or a username
  std::optional<std::string> first_name{};
  std::optional<std::string> last_name{};
  std::string image_url{};
  bool has_image = false;
};

struct OrganizationMembership {
  std::string id{};    // orgmem_…
  std::string role{};  // "org:admin"
  std::string role_name{};
  std::vector<std::string> permissions{};  // "org:posts:create"
  Organization organization{};
  PublicUserData user{};
  std::string public_metadata = "{}";
  std::string private_metadata = "{}";  // for servers only
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
};

struct OrganizationInvitation {
  std::string id{};  // orginv_…
  std::string email_address{};
  std::string role{};
  std::string role_name{};
  std::string organization_id{};
  std::optional<std::string> inviter_id{};  // user_…
  std::optional<std::string> user_id{};     // who accepted it
  std::string status{};                     // "pending", "accepted", "revoked", "expired"
  std::optional<std::string> url{};         // lets its bearer accept: not for logs
  std::string public_metadata = "{}";
  std::string private_metadata = "{}";  // for servers only
  std::optional<std::int64_t> expires_at{};
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
};

struct OrganizationDomain {
  std::string id{};  // orgdmn_…
  std::string organization_id{};
  std::string name{};             // "example.com"
  std::string enrollment_mode{};  // "manual_invitation", "automatic_invitation", "automatic_suggestion", "enterprise_sso"
  std::optional<std::string> affiliation_email_address{};
  bool verified = false;
  std::int64_t total_pending_invitations = 0;
  std::int64_t total_pending_suggestions = 0;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
};

}  // namespace clerk
