#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clerk/publishable_key.h"
#include "gateway/limits/rate_limit_options.h"
#include "gateway/limits/trusted_proxies.h"
#include "runtime/settings.h"

namespace inkwell::gateway {

// The gateway's settings; config.cc declares each of them once, with its meaning and default.
struct Config {
  runtime::CommonSettings common;
  std::string listen_host;  // numeric
  std::uint16_t listen_port = 0;
  std::string admin_listen;
  std::string public_url;  // the origin that browsers use; empty: not told
  std::chrono::milliseconds request_timeout{};
  std::size_t max_connections = 0;
  std::size_t max_connections_per_address = 0;
  std::size_t max_calls_per_service = 0;
  RateLimitOptions rate_limits;
  TrustedProxies trusted_proxies;
  std::string users_target;
  std::string posts_target;
  std::optional<clerk::PublishableKey> publishable_key;  // set once ReadConfig returned nothing
  std::string jwt_key;
  std::vector<std::string> issuers;
  std::vector<std::string> authorized_parties;
  std::vector<std::string> audiences;
  std::vector<std::string> webhook_secrets;
  std::string clerk_upstream;  // of /__clerk; empty: no proxy

  // Clerk itself is reached by https only, so plain http means the emulator.
  [[nodiscard]] bool UsesEmulator() const { return clerk_upstream.starts_with("http://"); }
  // Where the Frontend API publishes the keys of sessions.
  [[nodiscard]] std::string JwksUrl() const;
};

// Fills `config` from the environment and the flags. A returned exit code ends the program: 2 after all problems were printed
// together, 0 after --help.
[[nodiscard]] std::optional<int> ReadConfig(int argc, const char* const* argv, Config& config);

}  // namespace inkwell::gateway
