#pragma once

#include <optional>
#include <string>

#include "encoding/json.h"

namespace clerk::api {

struct EmailRequest {
  encoding::Json body{};
  std::string idempotency_key{};  // "" for none
};

// The body of emails.create: the message, its recipient's names in snake case as well, without the idempotency key, which is a
// header. nullopt if that key is not 1 to 255 of [A-Za-z0-9_-].
[[nodiscard]] std::optional<EmailRequest> MakeEmail(encoding::Json message);

// The body of emails.createBatch, in which every message keeps its idempotency key. nullopt also if there are not 1 to 100
// messages.
[[nodiscard]] std::optional<EmailRequest> MakeEmailBatch(const encoding::Json& messages);

}  // namespace clerk::api
