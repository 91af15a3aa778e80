#pragma once

#include "clerk/webhook_event.h"
#include "encoding/json.h"

namespace clerk::webhooks {

// The typed data of an event; monostate if the type has none, or if `data` does not have its form.
[[nodiscard]] WebhookData ParseWebhookData(WebhookEventType type, const encoding::Json& data);

}  // namespace clerk::webhooks
