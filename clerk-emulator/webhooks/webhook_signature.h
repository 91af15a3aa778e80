#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inkwell::emulator {

// The key bytes of a signing secret, `whsec_` + base64. Nothing if it is not of that form, or empty.
[[nodiscard]] std::optional<std::string> WebhookKey(std::string_view secret);

// The value of `svix-signature`: `v1,` + base64 of HMAC-SHA256 over `id.timestamp.body` (contract 7.1).
[[nodiscard]] std::string SignWebhook(std::string_view key, std::string_view id, std::int64_t timestamp_seconds,
                                      std::string_view body);

}  // namespace inkwell::emulator
