#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "clerk/api/instance.h"
#include "clerk/api/jwks.h"
#include "clerk/api/sessions.h"
#include "clerk/api/users.h"
#include "clerk/clock.h"
#include "clerk/http_client.h"
#include "clerk/result.h"

namespace clerk {

struct BackendClientOptions {
  std::string secret_key{};  // sk_live_… or sk_test_…
  std::string api_url = "https://api.clerk.com";
  std::string api_version = "v1";
  std::string user_agent{};  // "": the SDK's own product token

  std::chrono::milliseconds timeout{5000};  // per call, unless the call says otherwise
  std::size_t max_response_bytes = 8 * 1024 * 1024;
  // Further attempts after a connection error, a 5xx or (after Retry-After) a 429; for GET, PUT and DELETE only, because a
  // repeated POST or PATCH may act twice. All attempts share the call's time-out.
  int max_retries = 0;

  std::shared_ptr<HttpClient> http{};  // null: MakeHttpClient()
  const Clock* clock = nullptr;        // null: Clock::System(); must outlive the client
};

// Clerk's Backend API. Thread-safe; connections are kept and reused.
//
//   auto client = clerk::BackendClient::Create({.secret_key = key});
//   auto user = client->users().Get("user_…");
class BackendClient final {
 public:
  // Fails with kConfigurationInvalid: no secret key, one that cannot be a header value, or a bad URL. Does no I/O.
  static Result<BackendClient> Create(BackendClientOptions options);

  [[nodiscard]] const UsersApi& users() const { return users_; }
  [[nodiscard]] const SessionsApi& sessions() const { return sessions_; }
  [[nodiscard]] const InstanceApi& instance() const { return instance_; }
  [[nodiscard]] const JwksApi& jwks() const { return jwks_; }

 private:
  explicit BackendClient(const std::shared_ptr<const api::Requester>& requester);

  UsersApi users_;
  SessionsApi sessions_;
  InstanceApi instance_;
  JwksApi jwks_;
};

}  // namespace clerk
