#pragma once

#include <string>

#include "runtime/settings.h"

namespace inkwell::posts {

struct Config {
  runtime::CommonSettings common;
  std::string listen;
  std::string admin_listen;
  std::string database_url;
  std::string users_target;
  bool reflection = true;
  bool migrate_only = false;
  std::string database_role;  // with migrate_only: that the service runs as
};

// Declares the program's settings (docs/operations.md). Problems are reported by settings.Finish().
[[nodiscard]] Config ReadConfig(runtime::Settings& settings);

}  // namespace inkwell::posts
