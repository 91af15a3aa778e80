#pragma once

#include <optional>

#include "clerk/webhook_event.h"
#include "encoding/json_text.h"

namespace clerk::webhooks {

// The typed data of an event; monostate if the type has none, or if `data` does not have its form. Nullopt if `data` is of a text
// beyond encoding::kDocumentLimits, and cannot be read.
[[nodiscard]] std::optional<WebhookData> ParseWebhookData(WebhookEventType type, encoding::JsonValue data);

}  // namespace clerk::webhooks
