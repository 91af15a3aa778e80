#include "runtime/settings.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "setting_values.h"

namespace inkwell::runtime {
namespace {

struct Declared {
  std::string name;
  std::string help;
  std::string detail;  // "default 3s", "required", "optional"
  bool secret = false;
};

std::string Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): read by main before any thread exists
  return value == nullptr ? std::string() : std::string(value);
}

std::string FlagName(std::string_view name) {
  std::string flag = "--";
  for (const char c : name) flag += c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return flag;
}

void CheckReadable(Settings& settings, const std::string& name, const std::string& path) {
  if (!path.empty() && access(path.c_str(), R_OK) != 0) settings.Problem(name + ": cannot read '" + path + "'");
}

}  // namespace

struct Settings::State {
  std::string program;
  std::string summary;
  std::map<std::string, std::optional<std::string>> flags;  // "--foo-bar" to its value; none for a flag that stands alone
  std::set<std::string> known_flags;
  std::vector<Declared> declared;
  std::vector<std::string> problems;
  bool help = false;
  bool version = false;

  void ReadArguments(int argc, const char* const* argv);
  void AddFlag(std::string name, std::optional<std::string> value);
  std::optional<std::string> Read(std::string_view name, bool may_stand_alone = false);
  std::optional<std::string> ReadSecret(std::string_view name);
  void Declare(std::string_view name, std::string_view help_text, std::string detail, bool secret = false) {
    declared.push_back({std::string(name), std::string(help_text), std::move(detail), secret});
  }
  void Invalid(std::string_view name, const std::string& text, const std::string& expected) {
    problems.push_back(std::string(name) + ": '" + text + "' is not " + expected);
  }
  void Required(std::string_view name) { problems.push_back(std::string(name) + " is required"); }
  void PrintHelp() const;
};

void Settings::State::ReadArguments(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      help = true;
    } else if (argument == "--version") {
      version = true;
    } else if (!argument.starts_with("--")) {
      // Its text is not repeated: it could be a secret that lost its flag.
      problems.push_back("argument " + std::to_string(i) + " is not a flag");
    } else if (const std::size_t equals = argument.find('='); equals != std::string::npos) {
      AddFlag(argument.substr(0, equals), argument.substr(equals + 1));
    } else if (i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--")) {
      AddFlag(argument, argv[++i]);
    } else {
      AddFlag(argument, std::nullopt);
    }
  }
}

void Settings::State::AddFlag(std::string name, std::optional<std::string> value) {
  if (!flags.emplace(name, std::move(value)).second) problems.push_back(name + " is given twice");
}

std::optional<std::string> Settings::State::Read(std::string_view name, bool may_stand_alone) {
  const std::string flag = FlagName(name);
  known_flags.insert(flag);
  if (const auto found = flags.find(flag); found != flags.end()) {
    if (!found->second) {
      if (may_stand_alone) return "true";
      problems.push_back(flag + " needs a value");
    } else if (!found->second->empty()) {
      return found->second;
    }
  }
  std::string value = Environment(std::string(name));
  return value.empty() ? std::nullopt : std::optional(std::move(value));
}

std::optional<std::string> Settings::State::ReadSecret(std::string_view name) {
  const std::string file_setting = std::string(name) + "_FILE";
  std::optional<std::string> value = Read(name);
  const std::optional<std::string> path = Read(file_setting);
  if (!path) return value;
  if (value) {
    problems.push_back(std::string(name) + " and " + file_setting + " are both set");
    return value;
  }
  std::ifstream file(*path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    problems.push_back(file_setting + ": cannot read '" + *path + "'");
    return std::nullopt;
  }
  while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
  if (content.empty()) {
    problems.push_back(file_setting + ": '" + *path + "' is empty");
    return std::nullopt;
  }
  return content;
}

void Settings::State::PrintHelp() const {
  std::printf("%s: %s\n\nSettings, read from the environment; flags of the same name win (%s VALUE or %s=VALUE):\n\n",
              program.c_str(), summary.c_str(), declared.empty() ? "--name" : FlagName(declared.front().name).c_str(),
              declared.empty() ? "--name" : FlagName(declared.front().name).c_str());
  for (const Declared& setting : declared) {
    std::printf("  %s%s\n      %s (%s)\n", setting.name.c_str(),
                setting.secret ? (", or " + setting.name + "_FILE: a file that holds it").c_str() : "", setting.help.c_str(),
                setting.detail.c_str());
  }
  std::printf("\n  --help, --version\n");
}

Settings::Settings(std::string program, std::string summary, int argc, const char* const* argv)
    : state_(std::make_unique<State>()) {
  state_->program = std::move(program);
  state_->summary = std::move(summary);
  state_->ReadArguments(argc, argv);
}

Settings::~Settings() = default;

std::string Settings::String(std::string_view name, std::string_view default_value, std::string_view help) {
  state_->Declare(name, help, default_value.empty() ? "optional" : "default " + std::string(default_value));
  return state_->Read(name).value_or(std::string(default_value));
}

std::optional<std::string> Settings::OptionalString(std::string_view name, std::string_view help) {
  state_->Declare(name, help, "optional");
  return state_->Read(name);
}

std::string Settings::RequiredString(std::string_view name, std::string_view help) {
  state_->Declare(name, help, "required");
  std::optional<std::string> value = state_->Read(name);
  if (!value) state_->Required(name);
  return std::move(value).value_or("");
}

std::optional<std::string> Settings::Secret(std::string_view name, std::string_view help) {
  state_->Declare(name, help, "secret, optional", true);
  return state_->ReadSecret(name);
}

std::string Settings::RequiredSecret(std::string_view name, std::string_view help) {
  state_->Declare(name, help, "secret, required", true);
  const std::size_t problems_before = state_->problems.size();
  std::optional<std::string> value = state_->ReadSecret(name);
  if (!value && state_->problems.size() == problems_before) state_->Required(name);
  return std::move(value).value_or("");
}

std::vector<std::string> Settings::List(std::string_view name, std::string_view default_value, std::string_view help) {
  return SplitList(String(name, default_value, help));
}

std::string Settings::Address(std::string_view name, std::string_view default_value, std::string_view help) {
  std::string value = String(name, default_value, help);
  if (!IsAddress(value)) state_->Invalid(name, value, "host:port, [v6]:port or unix:/path");
  return value;
}

std::int64_t Settings::Integer(std::string_view name, std::int64_t default_value, std::int64_t min, std::int64_t max,
                               std::string_view help) {
  const std::string range = std::to_string(min) + " to " + std::to_string(max);
  state_->Declare(name, help, range + ", default " + std::to_string(default_value));
  const std::optional<std::string> text = state_->Read(name);
  if (!text) return default_value;
  const auto value = ParseInteger(*text);
  if (!value || *value < min || *value > max) {
    state_->Invalid(name, *text, "a whole number from " + range);
    return default_value;
  }
  return *value;
}

std::chrono::milliseconds Settings::Duration(std::string_view name, std::chrono::milliseconds default_value,
                                             std::chrono::milliseconds min, std::chrono::milliseconds max,
                                             std::string_view help) {
  const std::string range = FormatDuration(min) + " to " + FormatDuration(max);
  state_->Declare(name, help, range + ", default " + FormatDuration(default_value));
  const std::optional<std::string> text = state_->Read(name);
  if (!text) return default_value;
  const auto value = ParseDuration(*text);
  if (!value || *value < min || *value > max) {
    state_->Invalid(name, *text, "a duration (such as 250ms, 3s, 5m, 1h) from " + range);
    return default_value;
  }
  return *value;
}

bool Settings::Bool(std::string_view name, bool default_value, std::string_view help) {
  state_->Declare(name, help, std::string("true or false, default ") + (default_value ? "true" : "false"));
  const std::optional<std::string> text = state_->Read(name, true);
  if (!text) return default_value;
  const auto value = ParseBool(*text);
  if (!value) state_->Invalid(name, *text, "true or false");
  return value.value_or(default_value);
}

std::string Settings::Choice(std::string_view name, std::string_view default_value, const std::vector<std::string>& choices,
                             std::string_view help) {
  std::string all;
  for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
  state_->Declare(name, help, "one of " + all + "; default " + std::string(default_value));
  std::string value = state_->Read(name).value_or(std::string(default_value));
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    state_->Invalid(name, value, "one of " + all);
    return std::string(default_value);
  }
  return value;
}

void Settings::Problem(std::string text) { state_->problems.push_back(std::move(text)); }

std::optional<int> Settings::Finish() {
  if (state_->help) {
    state_->PrintHelp();
    return 0;
  }
  if (state_->version) {
    std::printf("%s %s\n", state_->program.c_str(), INKWELL_VERSION);
    return 0;
  }
  for (const auto& [flag, value] : state_->flags) {
    if (!state_->known_flags.contains(flag)) state_->problems.push_back(flag + " is not a flag of this program");
  }
  if (state_->problems.empty()) return std::nullopt;
  std::fprintf(stderr, "%s cannot start:\n", state_->program.c_str());
  for (const std::string& problem : state_->problems) std::fprintf(stderr, "  %s\n", problem.c_str());
  std::fprintf(stderr, "Try --help.\n");
  return 2;
}

CommonSettings ReadCommonSettings(Settings& settings) {
  CommonSettings common;
  common.log_level = settings.Choice("LOG_LEVEL", "info", {"debug", "info", "warn", "error", "off"}, "Least level logged");
  common.log_format = settings.Choice("LOG_FORMAT", isatty(STDERR_FILENO) == 1 ? "text" : "json", {"json", "text"},
                                      "Form of the log on standard error; by default text on a terminal, json elsewhere");
  common.shutdown_grace =
      settings.Duration("SHUTDOWN_GRACE", std::chrono::seconds(10), std::chrono::milliseconds(0), std::chrono::minutes(10),
                        "How long requests under way may take to end after SIGTERM");
  common.tls.ca_file = settings.String("TLS_CA_FILE", "", "PEM of the authority that signs the peers' certificates (mutual TLS)");
  common.tls.cert_file = settings.String("TLS_CERT_FILE", "", "PEM of this process's certificate chain");
  common.tls.key_file = settings.String("TLS_KEY_FILE", "", "PEM of its private key");
  const TlsFiles& tls = common.tls;
  const int given = !tls.ca_file.empty() + !tls.cert_file.empty() + !tls.key_file.empty();
  if (given != 0 && given != 3) settings.Problem("TLS_CA_FILE, TLS_CERT_FILE and TLS_KEY_FILE go together: set all or none");
  CheckReadable(settings, "TLS_CA_FILE", tls.ca_file);
  CheckReadable(settings, "TLS_CERT_FILE", tls.cert_file);
  CheckReadable(settings, "TLS_KEY_FILE", tls.key_file);
  return common;
}

}  // namespace inkwell::runtime
