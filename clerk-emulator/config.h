#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "clerk-emulator/accounts/instance.h"
#include "clerk-emulator/control_api/local_only.h"
#include "runtime/error.h"
#include "runtime/settings.h"

namespace inkwell::emulator {

struct Config {
  runtime::CommonSettings common;
  std::string listen;
  std::string data_directory;
  std::string instance_id;
  std::string secret_key;
  std::string issuer;
  std::string authorized_party;
  std::vector<std::string> allowed_origins;
  std::vector<std::string> jwt_templates;
  std::chrono::seconds token_lifetime{};
  ControlPeers control_peers = ControlPeers::kThisMachine;
  InstanceSettings instance;
  std::string seed_file;           // empty: none
  std::string clerk_js_directory;  // empty: clerk-js is not served
  std::string webhook_url;         // empty: no webhooks are sent
  std::string webhook_key;         // bytes
  std::vector<std::chrono::milliseconds> retry_schedule;
};

// "1s", "500ms", "2m", "1h" in order. Nothing if one of them is not a duration.
[[nodiscard]] std::optional<std::vector<std::chrono::milliseconds>> ParseSchedule(const std::vector<std::string>& texts);

// The providers "google" and "github" by their ids. Nothing if one of them is no id: lower-case letters, digits, _.
[[nodiscard]] std::optional<std::vector<SocialProvider>> ParseProviders(const std::vector<std::string>& ids);

// Reads everything; problems are reported by settings.Finish(), which is left to the caller.
[[nodiscard]] Config ReadConfig(runtime::Settings& settings);

// Whether the address can be reached from this machine only.
[[nodiscard]] bool IsLoopback(const std::string& listen);

}  // namespace inkwell::emulator
