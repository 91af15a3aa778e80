#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "clerk/token_type.h"

namespace clerk {

// A verified API key, machine-to-machine token or OAuth access token.
struct MachineToken {
  TokenType type = TokenType::kApiKey;  // not kSessionToken
  std::string id{};
  std::string subject{};    // "user_…" or "org_…" of an API key, "mch_…" of a machine, "user_…" of an OAuth token
  std::string name{};       // of an API key
  std::string client_id{};  // of an OAuth token
  std::vector<std::string> scopes{};
  std::string claims_json = "null";  // an object, or null if there are none
  // What Clerk says about the token. Clerk refuses revoked and expired tokens itself.
  bool revoked = false;
  bool expired = false;
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> expires_at{};  // absent: never
  // Of a JWT both are the time when it was issued; absent if it does not say.
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> created_at{};
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> updated_at{};

  // The user or the organization that the token acts for; absent if it acts for none.
  [[nodiscard]] std::optional<std::string> user_id() const;
  [[nodiscard]] std::optional<std::string> organization_id() const;
};

}  // namespace clerk
