#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inkwell::runtime {

// Reads a program's settings, once, at start. Each setting is declared in one call, from which its parsing, range, default,
// `--help` line and flag come: FOO_BAR in the environment, `--foo-bar=value` or `--foo-bar value` on the command line (which
// wins), and for secrets also FOO_BAR_FILE, a file that holds the value (its trailing newline is dropped). An empty value counts
// as absent. All problems are collected and reported together by Finish.
//
//   Settings settings("posts-service", "Owns the posts.", argc, argv);
//   config.listen = settings.Address("POSTS_LISTEN", "127.0.0.1:50052", "gRPC address, host:port or unix:/path");
//   if (auto exit_code = settings.Finish()) return *exit_code;
//
// Not thread-safe; used by main before any thread exists.
class Settings final {
 public:
  // Reads the process's environment. argv[0] is skipped. `summary` is the sentence that --help starts with.
  Settings(std::string program, std::string summary, int argc, const char* const* argv);
  ~Settings();
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  std::string String(std::string_view name, std::string_view default_value, std::string_view help);
  std::optional<std::string> OptionalString(std::string_view name, std::string_view help);
  // A value that is missing is a problem.
  std::string RequiredString(std::string_view name, std::string_view help);
  // Never printed, neither by --help nor in a problem. NAME_FILE is read too; both given is a problem.
  std::optional<std::string> Secret(std::string_view name, std::string_view help);
  std::string RequiredSecret(std::string_view name, std::string_view help);
  // Separated by commas or white space; empty items are dropped.
  std::vector<std::string> List(std::string_view name, std::string_view default_value, std::string_view help);
  // `host:port`, `[v6]:port` or `unix:/path`; port 0 lets the system choose.
  std::string Address(std::string_view name, std::string_view default_value, std::string_view help);
  std::int64_t Integer(std::string_view name, std::int64_t default_value, std::int64_t min, std::int64_t max,
                       std::string_view help);
  // A number with the unit ms, s, m or h: "250ms", "3s".
  std::chrono::milliseconds Duration(std::string_view name, std::chrono::milliseconds default_value,
                                     std::chrono::milliseconds min, std::chrono::milliseconds max, std::string_view help);
  bool Bool(std::string_view name, bool default_value, std::string_view help);
  // One of the choices, exactly.
  std::string Choice(std::string_view name, std::string_view default_value, const std::vector<std::string>& choices,
                     std::string_view help);

  // For rules between settings: reports a problem in the caller's words, which name the setting.
  void Problem(std::string text);

  // Call last. --help: prints the settings to standard output, returns 0. --version: the same. Problems (also unknown flags):
  // prints all of them to standard error, returns 2. Otherwise nothing: go on.
  [[nodiscard]] std::optional<int> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The settings that every program has: LOG_LEVEL, LOG_FORMAT, SHUTDOWN_GRACE, TLS_CA_FILE, TLS_CERT_FILE, TLS_KEY_FILE.
struct TlsFiles {
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  [[nodiscard]] bool enabled() const { return !cert_file.empty(); }
};

struct CommonSettings {
  std::string log_level;
  std::string log_format;
  std::chrono::milliseconds shutdown_grace{};
  TlsFiles tls;
};

CommonSettings ReadCommonSettings(Settings& settings);

}  // namespace inkwell::runtime
