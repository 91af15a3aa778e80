#pragma once

#include <optional>

namespace clerk {
struct WebhookEvent;
}
namespace inkwell::users::v1 {
class ApplyUserEventRequest;
}

namespace inkwell::gateway {

// What a verified webhook event asks user-sync-service to do, without the delivery's id; nothing for an event that concerns no
// user, and for a user.* event that names none (Clerk's schema allows a deletion without id).
[[nodiscard]] std::optional<users::v1::ApplyUserEventRequest> ToUserEvent(const clerk::WebhookEvent& event);

}  // namespace inkwell::gateway
