#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace clerk {

// A session of a user on one client, from a webhook or from the Backend API. All times are milliseconds since the epoch.
struct Session {
  std::string id;  // sess_…
  std::string client_id;
  std::string user_id;
  std::string status;  // "active", "pending", "ended", "expired", "removed", "replaced", "revoked", "abandoned"
  std::optional<std::string> last_active_organization_id;
  std::optional<std::string> actor;  // JSON: who impersonates the user, if somebody does

  std::int64_t last_active_at = 0;
  std::int64_t expire_at = 0;
  std::int64_t abandon_at = 0;
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
};

}  // namespace clerk
