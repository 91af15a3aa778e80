#include "command_line.h"

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>

namespace clerk::explain_tool {
namespace {

// Keys and key sets are some KB; anything larger is the wrong file.
constexpr std::size_t kMaxFileBytes = std::size_t{1024} * 1024;

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.good() && !file.eof()) return std::nullopt;
  if (text.empty() || text.size() > kMaxFileBytes) return std::nullopt;
  return text;
}

bool ReadInto(const std::string& path, std::string& target) {
  auto text = ReadFile(path);
  if (text) target = std::move(*text);
  return text.has_value();
}

std::optional<std::int64_t> Number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Within what a clock can tell in nanoseconds.
  constexpr std::int64_t kMax = 9'000'000'000;
  if (error != std::errc() || end != text.data() + text.size() || number > kMax || number < -kMax) return std::nullopt;
  return number;
}

struct Option {
  std::string_view name;
  std::string_view value;
  std::string_view help;
  bool (*set)(CommandLine& line, const std::string& value);
};

constexpr std::array kOptions = {
    Option{"--jwt-key", "FILE", "public key of the instance, PEM",
           [](CommandLine& line, const std::string& value) { return ReadInto(value, line.verifier.jwt_key); }},
    Option{"--jwks", "FILE", "key set of the instance, JSON: curl https://<Frontend API>/.well-known/jwks.json",
           [](CommandLine& line, const std::string& value) { return ReadInto(value, line.verifier.jwks_json); }},
    Option{"--authorized-party", "ORIGIN", "an origin that azp may be; repeat it for several",
           [](CommandLine& line, const std::string& value) {
             line.verifier.authorized_parties.push_back(value);
             return true;
           }},
    Option{"--audience", "TEXT", "an audience that aud may be; repeat it for several",
           [](CommandLine& line, const std::string& value) {
             line.verifier.audience.push_back(value);
             return true;
           }},
    Option{"--issuer", "URL", "an issuer that iss may be; repeat it for several",
           [](CommandLine& line, const std::string& value) {
             line.verifier.issuer.push_back(value);
             return true;
           }},
    Option{"--header-type", "TEXT", "a typ that is accepted instead of JWT; repeat it for several",
           [](CommandLine& line, const std::string& value) {
             if (!line.verifier.header_types) line.verifier.header_types.emplace();
             line.verifier.header_types->push_back(value);
             return true;
           }},
    Option{"--clock-skew", "MS", "allowed difference of clocks in milliseconds (5000)",
           [](CommandLine& line, const std::string& value) {
             const auto number = Number(value);
             if (number) line.verifier.clock_skew = std::chrono::milliseconds(*number);
             return number.has_value();
           }},
    Option{"--now", "SECONDS", "the time to judge by, seconds since 1970 (the machine's clock)",
           [](CommandLine& line, const std::string& value) {
             const auto number = Number(value);
             if (number) line.now = std::chrono::sys_seconds(std::chrono::seconds(*number));
             return number.has_value();
           }},
    Option{"--publishable-key", "KEY", "pk_live_… or pk_test_…: needed for a request with cookies",
           [](CommandLine& line, const std::string& value) {
             line.publishable_key = value;
             return !value.empty();
           }},
};

}  // namespace

void PrintHelp(std::ostream& out) {
  out << "Usage: clerk-explain [OPTION]… < TOKEN\n"
         "       clerk-explain [OPTION]… < REQUEST\n\n"
         "Says which checks a Clerk session token passes and fails, in their order, and what to change. The input is a token,\n"
         "\"Bearer\" and a token, or a raw HTTP request (also as curl -v prints it), which is then judged as a server without a\n"
         "secret key would. Works without any network. Prints neither the token nor the claims that tell about a "
         "person.\n\nOptions:\n";
  for (const Option& option : kOptions) {
    std::string left = "  " + std::string(option.name) + " " + std::string(option.value);
    left.resize(28, ' ');
    out << left << option.help << "\n";
  }
  out << "  --help                    this text\n\n"
         "Ends 0 if the token or the request is accepted, 1 if it is refused, 2 if the command line is wrong.\n\n"
         "Without a key the signature cannot be checked and the token is refused; the other checks are told nevertheless.\n";
}

Result<CommandLine, std::string> ParseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine line;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--help" || arguments[i] == "-h") {
      line.help = true;
      return line;
    }
    const auto equals = arguments[i].find('=');
    const std::string name = arguments[i].substr(0, equals);
    const Option* option = nullptr;
    for (const Option& known : kOptions) {
      if (known.name == name) option = &known;
    }
    // The argument itself is not repeated: people paste tokens here.
    if (option == nullptr) return std::string("Unknown option, argument number " + std::to_string(i + 1) + ".");
    if (equals == std::string::npos && i + 1 == arguments.size()) return name + " needs a value.";
    const std::string value = equals == std::string::npos ? arguments[++i] : arguments[i].substr(equals + 1);
    if (!option->set(line, value)) return name + ": the value is not a usable " + std::string(option->value) + ".";
  }
  return line;
}

}  // namespace clerk::explain_tool
