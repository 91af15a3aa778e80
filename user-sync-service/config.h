#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "runtime/settings.h"

namespace inkwell::users {

struct Config {
  runtime::CommonSettings common;
  std::string listen;
  std::string admin_listen;
  std::string database_url;
  std::optional<std::string> clerk_secret_key;
  std::string clerk_api_url;
  bool reflection = true;
  bool migrate_only = false;
  std::string database_role;  // with migrate_only: that the service runs as
  std::chrono::milliseconds reconcile_interval{};
  bool reconcile_delete = false;
};

// Declares the program's settings (docs/operations.md). Problems are reported by settings.Finish().
[[nodiscard]] Config ReadConfig(runtime::Settings& settings);

}  // namespace inkwell::users
