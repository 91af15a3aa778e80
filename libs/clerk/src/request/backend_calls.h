#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/api_error.h"
#include "clerk/http_client.h"
#include "encoding/json.h"

namespace clerk::request {

// The calls of the Backend API that authenticating a request needs. Thread-safe; each takes `timeout` at most.
class BackendCalls final {
 public:
  BackendCalls(std::string api_url, std::string api_version, std::string secret_key, std::string machine_secret_key,
               std::chrono::milliseconds timeout, std::shared_ptr<HttpClient> http);

  // False if there is no secret key: then only machine-to-machine tokens can be asked for, with the machine's own key.
  [[nodiscard]] bool has_secret_key() const { return !secret_key_.empty(); }

  // The Set-Cookie directives behind a handshake's nonce.
  [[nodiscard]] ApiResult<encoding::Json> GetHandshakePayload(std::string_view nonce) const;
  // A new session token for an expired one, as Set-Cookie directives.
  [[nodiscard]] ApiResult<encoding::Json> RefreshSession(std::string_view session_id, bool suffixed_cookies,
                                                         const encoding::Json& body) const;
  [[nodiscard]] ApiResult<encoding::Json> VerifyApiKey(std::string_view secret) const;
  [[nodiscard]] ApiResult<encoding::Json> VerifyM2mToken(std::string_view token) const;
  [[nodiscard]] ApiResult<encoding::Json> VerifyOauthToken(std::string_view token) const;

 private:
  [[nodiscard]] ApiResult<encoding::Json> Send(std::string_view method, std::string path, std::string_view secret,
                                               std::string body) const;

  const std::string api_url_;
  const std::string api_version_;
  const std::string secret_key_;
  const std::string machine_secret_key_;
  const std::chrono::milliseconds timeout_;
  const std::shared_ptr<HttpClient> http_;  // may be shared with the key source
};

// The directives in a list of the reply; empty if there is none, or if one of its items is no text.
[[nodiscard]] std::vector<std::string> DirectivesIn(const encoding::Json& reply, std::string_view member);

}  // namespace clerk::request
