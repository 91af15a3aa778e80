#include <array>
#include <iostream>
#include <string_view>

#include "commands.h"
#include "endpoint.h"

namespace {

using clerk::conformance::Json;

struct Command {
  std::string_view name;
  std::string_view description;
  std::string (*check)(const Json& vector);
};

constexpr std::array kCommands = {
    Command{"bapi", "methods of the Backend API client, on the wire", clerk::conformance::CheckBapiVector},
    Command{"jws", "compact JWS with a JWK (Project Wycheproof)", clerk::conformance::CheckJwsVector},
    Command{"keys", "publishable keys", clerk::conformance::CheckKeyVector},
    Command{"requests", "requests with tokens and cookies (authenticateRequest)", clerk::conformance::CheckRequestVector},
    Command{"rsa", "RSASSA-PKCS1-v1_5 signatures (Project Wycheproof)", clerk::conformance::CheckRsaVector},
    Command{"tokens", "session tokens (verifyToken)", clerk::conformance::CheckTokenVector},
    Command{"webhooks", "webhook deliveries (verifyWebhook)", clerk::conformance::CheckWebhookVector},
};

void PrintUsage(std::ostream& out) {
  out << "Usage: clerk-conformance COMMAND FILE\n\n"
         "Runs the test vectors of FILE, one JSON object per line, through the Clerk SDK. Prints a line per failure and\n"
         "passed/total last. Ends 0 if all passed, 1 if not, 2 if the command line is wrong or the file cannot be "
         "read.\n\nCommands:\n";
  for (const Command& command : kCommands) {
    out << "  " << command.name << std::string(12 - command.name.size(), ' ') << command.description << "\n";
  }
  out << "\nclerk-conformance endpoint URL --secret WHSEC grades a webhook handler from outside (endpoint --help).\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h") {
    PrintUsage(std::cout);
    return 0;
  }
  if (first == "endpoint") return clerk::conformance::RunEndpoint({argv + 2, argv + argc});
  if (argc != 3) {
    PrintUsage(std::cerr);
    return 2;
  }
  for (const Command& command : kCommands) {
    if (command.name == first) return clerk::conformance::RunVectorFile(argv[2], command.check);
  }
  std::cerr << "clerk-conformance: unknown command \"" << first << "\"\n\n";
  PrintUsage(std::cerr);
  return 2;
}
