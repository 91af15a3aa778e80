#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clerk/api/call_options.h"
#include "clerk/api/page.h"
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

struct SessionListQuery {
  PageQuery page{};
  std::string user_id{};  // one of these two is needed
  std::string client_id{};
  std::string status{};  // "active", "revoked", …; "" means all
};

// The `sessions` resource of the Backend API. Thread-safe; every call blocks until its deadline at most.
class SessionsApi final {
 public:
  explicit SessionsApi(std::shared_ptr<const api::Requester> requester);

  // GET /sessions/{id}
  [[nodiscard]] ApiResult<Session> Get(std::string_view session_id, const CallOptions& options = {}) const;
  // GET /sessions
  [[nodiscard]] ApiResult<Page<Session>> List(const SessionListQuery& query, const CallOptions& options = {}) const;
  // POST /sessions: a session without a sign-in, for tests; production instances refuse it.
  [[nodiscard]] ApiResult<Session> Create(std::string_view user_id, const CallOptions& options = {}) const;
  // POST /sessions/{id}/revoke: its tokens stay valid until they expire.
  [[nodiscard]] ApiResult<Session> Revoke(std::string_view session_id, const CallOptions& options = {}) const;
  // POST /sessions/{id}/tokens or …/tokens/{template}: a new token of the session, as text.
  [[nodiscard]] ApiResult<std::string> GetToken(std::string_view session_id, const SessionTokenRequest& request = {},
                                                const CallOptions& options = {}) const;

 private:
  std::shared_ptr<const api::Requester> requester_;
};

}  // namespace clerk
