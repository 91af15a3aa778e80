#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clerk/api/call_options.h"
#include "clerk/api_error.h"
#include "clerk/session.h"

namespace clerk {

namespace api {
class Requester;
}

struct SessionTokenRequest {
  std::string jwt_template{};  // "" for an ordinary session token
  std::optional<std::chrono::seconds> expires_in{};
};

// The `sessions` resource of the Backend API. Thread-safe; every call blocks until its deadline at most.
class SessionsApi final {
 public:
  explicit SessionsApi(std::shared_ptr<const api::Requester> requester);

  // GET /sessions/{id}
  [[nodiscard]] ApiResult<Session> Get(std::string_view session_id, const CallOptions& options = {}) const;
  // POST /sessions/{id}/tokens or …/tokens/{template}: a new token of the session, as text.
  [[nodiscard]] ApiResult<std::string> GetToken(std::string_view session_id, const SessionTokenRequest& request = {},
                                                const CallOptions& options = {}) const;

 private:
  std::shared_ptr<const api::Requester> requester_;
};

}  // namespace clerk
