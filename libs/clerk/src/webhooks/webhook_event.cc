#include "clerk/webhook_event.h"

#include <algorithm>
#include <array>

namespace clerk {
namespace {

struct Row {
  WebhookEventType type;
  std::string_view name;
};

// In the order of the enumeration.
constexpr std::array kTypes = {
    Row{WebhookEventType::kUserCreated, "user.created"},
    Row{WebhookEventType::kUserUpdated, "user.updated"},
    Row{WebhookEventType::kUserDeleted, "user.deleted"},
    Row{WebhookEventType::kSessionCreated, "session.created"},
    Row{WebhookEventType::kSessionPending, "session.pending"},
    Row{WebhookEventType::kSessionEnded, "session.ended"},
    Row{WebhookEventType::kSessionRemoved, "session.removed"},
    Row{WebhookEventType::kSessionRevoked, "session.revoked"},
    Row{WebhookEventType::kOrganizationCreated, "organization.created"},
    Row{WebhookEventType::kOrganizationUpdated, "organization.updated"},
    Row{WebhookEventType::kOrganizationDeleted, "organization.deleted"},
    Row{WebhookEventType::kOrganizationDomainCreated, "organizationDomain.created"},
    Row{WebhookEventType::kOrganizationDomainUpdated, "organizationDomain.updated"},
    Row{WebhookEventType::kOrganizationDomainDeleted, "organizationDomain.deleted"},
    Row{WebhookEventType::kOrganizationInvitationCreated, "organizationInvitation.created"},
    Row{WebhookEventType::kOrganizationInvitationAccepted, "organizationInvitation.accepted"},
    Row{WebhookEventType::kOrganizationInvitationRevoked, "organizationInvitation.revoked"},
    Row{WebhookEventType::kOrganizationMembershipCreated, "organizationMembership.created"},
    Row{WebhookEventType::kOrganizationMembershipUpdated, "organizationMembership.updated"},
    Row{WebhookEventType::kOrganizationMembershipDeleted, "organizationMembership.deleted"},
    Row{WebhookEventType::kRoleCreated, "role.created"},
    Row{WebhookEventType::kRoleUpdated, "role.updated"},
    Row{WebhookEventType::kRoleDeleted, "role.deleted"},
    Row{WebhookEventType::kPermissionCreated, "permission.created"},
    Row{WebhookEventType::kPermissionUpdated, "permission.updated"},
    Row{WebhookEventType::kPermissionDeleted, "permission.deleted"},
    Row{WebhookEventType::kEmailCreated, "email.created"},
    Row{WebhookEventType::kSmsCreated, "sms.created"},
    Row{WebhookEventType::kWaitlistEntryCreated, "waitlistEntry.created"},
    Row{WebhookEventType::kWaitlistEntryUpdated, "waitlistEntry.updated"},
    Row{WebhookEventType::kSubscriptionCreated, "subscription.created"},
    Row{WebhookEventType::kSubscriptionUpdated, "subscription.updated"},
    Row{WebhookEventType::kSubscriptionActive, "subscription.active"},
    Row{WebhookEventType::kSubscriptionPastDue, "subscription.pastDue"},
    Row{WebhookEventType::kSubscriptionItemUpdated, "subscriptionItem.updated"},
    Row{WebhookEventType::kSubscriptionItemActive, "subscriptionItem.active"},
    Row{WebhookEventType::kSubscriptionItemCanceled, "subscriptionItem.canceled"},
    Row{WebhookEventType::kSubscriptionItemUpcoming, "subscriptionItem.upcoming"},
    Row{WebhookEventType::kSubscriptionItemEnded, "subscriptionItem.ended"},
    Row{WebhookEventType::kSubscriptionItemAbandoned, "subscriptionItem.abandoned"},
    Row{WebhookEventType::kSubscriptionItemIncomplete, "subscriptionItem.incomplete"},
    Row{WebhookEventType::kSubscriptionItemPastDue, "subscriptionItem.pastDue"},
    Row{WebhookEventType::kSubscriptionItemFreeTrialEnding, "subscriptionItem.freeTrialEnding"},
    Row{WebhookEventType::kPaymentAttemptCreated, "paymentAttempt.created"},
    Row{WebhookEventType::kPaymentAttemptUpdated, "paymentAttempt.updated"},
};

constexpr std::size_t Index(WebhookEventType type) { return static_cast<std::size_t>(type); }

constexpr auto kAllTypes = [] {
  std::array<WebhookEventType, kTypes.size()> all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (Index(kTypes[i].type) != i + 1) throw "kTypes is not in the order of the enumeration";  // only ever seen by the compiler
    all[i] = kTypes[i].type;
  }
  return all;
}();

}  // namespace

std::string_view ToString(WebhookEventType type) {
  const std::size_t index = Index(type);
  return index == 0 || index > kTypes.size() ? std::string_view() : kTypes[index - 1].name;
}

WebhookEventType ParseWebhookEventType(std::string_view name) {
  const auto row = std::find_if(kTypes.begin(), kTypes.end(), [&](const Row& entry) { return entry.name == name; });
  return row == kTypes.end() ? WebhookEventType::kUnknown : row->type;
}

std::span<const WebhookEventType> AllWebhookEventTypes() { return kAllTypes; }

std::optional<std::string> WebhookEvent::DeletedUserId() const {
  return kind == WebhookEventType::kUserDeleted && data_id && !data_id->empty() ? data_id : std::nullopt;
}

std::optional<std::chrono::system_clock::time_point> WebhookEvent::Time() const {
  constexpr std::int64_t kSecondsEnd = 100'000'000'000;         // as seconds the year 5138, as milliseconds 1973
  constexpr std::int64_t kMillisecondsEnd = 9'000'000'000'000;  // the year 2255, near the end of what a time point can hold
  if (!timestamp || *timestamp < 0 || *timestamp >= kMillisecondsEnd) return std::nullopt;
  const std::chrono::milliseconds time(*timestamp < kSecondsEnd ? *timestamp * 1000 : *timestamp);
  if (time.count() >= kMillisecondsEnd) return std::nullopt;
  return std::chrono::system_clock::time_point(time);
}

}  // namespace clerk
