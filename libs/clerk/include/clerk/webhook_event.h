#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "clerk/deleted_object.h"
#include "clerk/organization.h"
#include "clerk/session.h"
#include "clerk/user.h"

namespace clerk {

// The types of Clerk's webhooks, version 2025-04-15.
enum class WebhookEventType {
  kUnknown,  // a type that is newer than this list, or none: WebhookEvent::type has its name

  kUserCreated,
  kUserUpdated,
  kUserDeleted,

  kSessionCreated,
  kSessionPending,
  kSessionEnded,
  kSessionRemoved,
  kSessionRevoked,

  kOrganizationCreated,
  kOrganizationUpdated,
  kOrganizationDeleted,
  kOrganizationDomainCreated,
  kOrganizationDomainUpdated,
  kOrganizationDomainDeleted,
  kOrganizationInvitationCreated,
  kOrganizationInvitationAccepted,
  kOrganizationInvitationRevoked,
  kOrganizationMembershipCreated,
  kOrganizationMembershipUpdated,
  kOrganizationMembershipDeleted,

  kRoleCreated,
  kRoleUpdated,
  kRoleDeleted,
  kPermissionCreated,
  kPermissionUpdated,
  kPermissionDeleted,

  kEmailCreated,
  kSmsCreated,

  kWaitlistEntryCreated,
  kWaitlistEntryUpdated,

  kSubscriptionCreated,
  kSubscriptionUpdated,
  kSubscriptionActive,
  kSubscriptionPastDue,
  kSubscriptionItemUpdated,
  kSubscriptionItemActive,
  kSubscriptionItemCanceled,
  kSubscriptionItemUpcoming,
  kSubscriptionItemEnded,
  kSubscriptionItemAbandoned,
  kSubscriptionItemIncomplete,
  kSubscriptionItemPastDue,
  kSubscriptionItemFreeTrialEnding,
  kPaymentAttemptCreated,
  kPaymentAttemptUpdated,
};

// "user.created"; "" for kUnknown.
[[nodiscard]] std::string_view ToString(WebhookEventType type);
// kUnknown for any other name. Names are compared exactly.
[[nodiscard]] WebhookEventType ParseWebhookEventType(std::string_view name);
// All known types, without kUnknown.
[[nodiscard]] std::span<const WebhookEventType> AllWebhookEventTypes();

// The data of the session.* events.
struct SessionEventData {
  Session session{};
  std::optional<User> user{};  // null if the user is gone already
};

// What an event is about:
//   User                    user.created, user.updated
//   DeletedObject           user.deleted, organization.deleted, organizationDomain.deleted, role.deleted, permission.deleted
//   SessionEventData        session.*
//   Organization            organization.created, organization.updated
//   OrganizationDomain      organizationDomain.created, organizationDomain.updated
//   OrganizationInvitation  organizationInvitation.*
//   OrganizationMembership  organizationMembership.*, also of a deletion, which carries the whole membership
//   std::monostate          all others, and data that do not have the form of their type: read WebhookEvent::data_json
using WebhookData = std::variant<std::monostate, User, DeletedObject, SessionEventData, Organization, OrganizationDomain,
                                 OrganizationInvitation, OrganizationMembership>;

// A verified event. Deliveries come at least once and in any order: deduplicate on `message_id`, and let `updated_at` of the data
// decide what is newer, not arrival and not `timestamp`.
//
// It holds personal data, and that of email.created and sms.created holds codes and links that sign somebody in: not for logs.
struct WebhookEvent {
  std::string message_id{};  // svix-id: the same for every attempt to deliver one message
  WebhookEventType kind = WebhookEventType::kUnknown;
  std::string type{};                        // "user.created"; "" if the body has none. Unknown types are events too
  std::optional<std::string> instance_id{};  // ins_…, the same as the `kid` of the instance's tokens
  std::optional<std::int64_t> timestamp{};   // as sent: milliseconds by the documentation, seconds in some examples
  std::optional<std::string> data_id{};      // `data.id`, for example the id of a deleted user
  WebhookData data{};
  std::string data_json = "null";              // `data`, as it was signed: no member and no digit is lost
  std::string event_attributes_json = "null";  // {"http_request":{"client_ip":…,"user_agent":…}} or null; likewise

  // The data, if they are of that type: event.As<clerk::Organization>().
  template <typename Data>
  [[nodiscard]] const Data* As() const {
    return std::get_if<Data>(&data);
  }
  // The user that user.deleted names; nullopt for other events, and if Clerk sent none (answer 2xx and ignore it).
  [[nodiscard]] std::optional<std::string> DeletedUserId() const;
  // `timestamp` as a time, whichever unit was sent; nullopt if it is none.
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> Time() const;
};

}  // namespace clerk
