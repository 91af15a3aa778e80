#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "clerk/clock.h"
#include "clerk/result.h"
#include "clerk/token_verifier.h"

namespace clerk::explain_tool {

struct CommandLine {
  TokenVerifierOptions verifier{};
  std::string publishable_key{};
  std::optional<std::chrono::sys_seconds> now{};  // absent: the machine's clock
  bool help = false;
};

void PrintHelp(std::ostream& out);

// Reads the options and the files that they name. The error is a sentence for the user.
[[nodiscard]] Result<CommandLine, std::string> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace clerk::explain_tool
