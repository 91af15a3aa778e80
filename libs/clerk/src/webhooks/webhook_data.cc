#include "webhooks/webhook_data.h"

#include <optional>
#include <utility>

#include "api/organization_json.h"
#include "api/session_json.h"
#include "api/user_json.h"

namespace clerk::webhooks {
namespace {

using encoding::Json;

template <typename Data>
WebhookData OrNothing(std::optional<Data> data) {
  return data ? WebhookData(std::move(*data)) : WebhookData();
}

std::optional<SessionEventData> ParseSessionEventData(const Json& json) {
  auto session = api::ParseSession(json);
  if (!session) return std::nullopt;
  const Json* user = encoding::Member(json, "user");
  return SessionEventData{std::move(*session), user == nullptr ? std::nullopt : api::ParseUser(*user)};
}

WebhookData FromDocument(WebhookEventType type, const Json& data) {
  switch (type) {
    case WebhookEventType::kUserCreated:
    case WebhookEventType::kUserUpdated:
      return OrNothing(api::ParseUser(data));

    case WebhookEventType::kUserDeleted:
    case WebhookEventType::kOrganizationDeleted:
    case WebhookEventType::kOrganizationDomainDeleted:
    case WebhookEventType::kRoleDeleted:
    case WebhookEventType::kPermissionDeleted:
      return OrNothing(api::ParseDeletedObject(data));

    case WebhookEventType::kSessionCreated:
    case WebhookEventType::kSessionPending:
    case WebhookEventType::kSessionEnded:
    case WebhookEventType::kSessionRemoved:
    case WebhookEventType::kSessionRevoked:
      return OrNothing(ParseSessionEventData(data));

    case WebhookEventType::kOrganizationCreated:
    case WebhookEventType::kOrganizationUpdated:
      return OrNothing(api::ParseOrganization(data));

    case WebhookEventType::kOrganizationDomainCreated:
    case WebhookEventType::kOrganizationDomainUpdated:
      return OrNothing(api::ParseOrganizationDomain(data));

    case WebhookEventType::kOrganizationInvitationCreated:
    case WebhookEventType::kOrganizationInvitationAccepted:
    case WebhookEventType::kOrganizationInvitationRevoked:
      return OrNothing(api::ParseOrganizationInvitation(data));

    case WebhookEventType::kOrganizationMembershipCreated:
    case WebhookEventType::kOrganizationMembershipUpdated:
    case WebhookEventType::kOrganizationMembershipDeleted:
      return OrNothing(api::ParseOrganizationMembership(data));

    case WebhookEventType::kUnknown:
    case WebhookEventType::kRoleCreated:
    case WebhookEventType::kRoleUpdated:
    case WebhookEventType::kPermissionCreated:
    case WebhookEventType::kPermissionUpdated:
    case WebhookEventType::kEmailCreated:
    case WebhookEventType::kSmsCreated:
    case WebhookEventType::kWaitlistEntryCreated:
    case WebhookEventType::kWaitlistEntryUpdated:
    case WebhookEventType::kSubscriptionCreated:
    case WebhookEventType::kSubscriptionUpdated:
    case WebhookEventType::kSubscriptionActive:
    case WebhookEventType::kSubscriptionPastDue:
    case WebhookEventType::kSubscriptionItemUpdated:
    case WebhookEventType::kSubscriptionItemActive:
    case WebhookEventType::kSubscriptionItemCanceled:
    case WebhookEventType::kSubscriptionItemUpcoming:
    case WebhookEventType::kSubscriptionItemEnded:
    case WebhookEventType::kSubscriptionItemAbandoned:
    case WebhookEventType::kSubscriptionItemIncomplete:
    case WebhookEventType::kSubscriptionItemPastDue:
    case WebhookEventType::kSubscriptionItemFreeTrialEnding:
    case WebhookEventType::kPaymentAttemptCreated:
    case WebhookEventType::kPaymentAttemptUpdated:
      return {};
  }
  return {};
}

}  // namespace

std::optional<WebhookData> ParseWebhookData(WebhookEventType type, encoding::JsonValue data) {
  // Nearly every delivery is one of these, and a document of a user costs more than all else that is done with it.
  if (type == WebhookEventType::kUserCreated || type == WebhookEventType::kUserUpdated) {
    if (auto user = api::ParseUser(data)) return *std::move(user);
  }
  const auto document = encoding::ParseJson(data.json());
  if (!document) return std::nullopt;
  return FromDocument(type, *document);
}

}  // namespace clerk::webhooks
