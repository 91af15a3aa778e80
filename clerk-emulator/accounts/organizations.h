#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/webhooks/webhook_events.h"

namespace inkwell::emulator {

// Who asks. Without a user it is the Backend API, which may do everything; a user sees the organizations that he is a member of,
// and changes those that he administers.
struct Actor {
  std::string user_id;
  Caller caller;
};

struct OrganizationFields {
  std::optional<std::string> name;
  std::optional<std::string> slug;
  std::optional<std::int64_t> max_allowed_memberships;  // 0: any number
  std::optional<bool> admin_delete_enabled;
  std::optional<std::string> public_metadata;  // JSON text of an object that replaces, as the next one
  std::optional<std::string> private_metadata;
};

struct NewInvitation {
  std::string email_address;
  std::string role;
  std::string inviter_id;  // empty: the backend
  std::int64_t expires_in_days = 30;
  std::string public_metadata = "{}";  // JSON text of an object, as the next one
  std::string private_metadata = "{}";
};

// Groups of users, without domains or roles of one's own. Each call is one durable step together with the webhooks that announce
// it: organization.…, organizationMembership.…, organizationInvitation.…. 404 resource_not_found for an organization that does
// not exist or that the actor does not see; 403 insufficient_privileges for what only its administrators may do. Thread-safe.
class Organizations final {
 public:
  Organizations(StateStore& store, const Clock& clock, const WebhookEvents& events);

  // `created_by` becomes its administrator; an organization of the backend may begin without anybody (empty). Without a slug one
  // is made from the name. 422 form_param_missing, form_param_value_invalid, form_identifier_exists.
  [[nodiscard]] ClerkResult<Organization> Create(const std::string& created_by, const OrganizationFields& fields,
                                                 const Actor& actor);
  // By id, and for the backend by slug as well.
  [[nodiscard]] ClerkResult<Organization> Find(const std::string& id, const Actor& actor) const;
  [[nodiscard]] ClerkResult<Organization> Update(const std::string& id, const OrganizationFields& fields, const Actor& actor);
  [[nodiscard]] ClerkResult<void> Delete(const std::string& id, const Actor& actor);

  // 400 already_a_member_in_organization; 403 organization_membership_quota_exceeded.
  [[nodiscard]] ClerkResult<Organization> AddMember(const std::string& id, const Membership& wanted, const Actor& actor);
  // The last administrator stays one: 400.
  [[nodiscard]] ClerkResult<Organization> SetRole(const std::string& id, const std::string& member_id, const std::string& role,
                                                  const Actor& actor);
  // Removes the member, who may be the actor. The last administrator stays: 400. Returns what was removed.
  [[nodiscard]] ClerkResult<Membership> RemoveMember(const std::string& id, const std::string& member_id, const Actor& actor);

  // 400 duplicate_record while another one to the same address is pending.
  [[nodiscard]] ClerkResult<Invitation> Invite(const std::string& id, const NewInvitation& wanted, const Actor& actor);
  // 400 organization_invitation_not_pending.
  [[nodiscard]] ClerkResult<Invitation> Revoke(const std::string& id, const std::string& invitation_id, const Actor& actor);

 private:
  template <typename Edit>
  [[nodiscard]] ClerkResult<Organization> Alter(const std::string& id, const Actor& actor, Edit&& edit);

  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
};

// The membership of the user; null if there is none.
[[nodiscard]] const Membership* FindMembership(const Organization& organization, std::string_view user_id);

// Takes a user who goes out of all organizations; those without another member go too.
void LeaveOrganizations(const Step& step, const WebhookEvents& events, const User& user);

}  // namespace inkwell::emulator
