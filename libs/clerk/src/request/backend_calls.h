#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/api_error.h"
#include "encoding/json.h"

namespace clerk::api {
class Requester;
}

namespace clerk::request {

// The operations of the Backend API that authenticating a request needs. Thread-safe; each takes `timeout` at most.
class BackendCalls final {
 public:
  // The requester may be shared with a BackendClient and with other authenticators of it.
  BackendCalls(std::shared_ptr<const api::Requester> requester, std::chrono::milliseconds timeout);

  // False if there is no secret key: then only machine-to-machine tokens can be asked for, with the machine's own key.
  [[nodiscard]] bool has_secret_key() const;
  [[nodiscard]] bool has_machine_secret_key() const;

  // The Set-Cookie directives behind a handshake's nonce.
  [[nodiscard]] ApiResult<encoding::Json> GetHandshakePayload(std::string_view nonce) const;
  // A new session token for an expired one, as Set-Cookie directives.
  [[nodiscard]] ApiResult<encoding::Json> RefreshSession(std::string_view session_id, encoding::Json members) const;
  [[nodiscard]] ApiResult<encoding::Json> VerifyApiKey(std::string_view secret) const;
  [[nodiscard]] ApiResult<encoding::Json> VerifyM2mToken(std::string_view token) const;
  [[nodiscard]] ApiResult<encoding::Json> VerifyOauthToken(std::string_view token) const;

 private:
  std::shared_ptr<const api::Requester> requester_;
  std::chrono::milliseconds timeout_;
};

// The directives in a list of the reply; empty if there is none, or if one of its items is no text.
[[nodiscard]] std::vector<std::string> DirectivesIn(const encoding::Json& reply, std::string_view member);

}  // namespace clerk::request
