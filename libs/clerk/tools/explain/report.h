#pragma once

#include <ostream>

#include "clerk/clock.h"
#include "clerk/explain.h"
#include "command_line.h"
#include "input.h"

namespace clerk::explain_tool {

// The program's exit codes.
inline constexpr int kAccepted = 0;
inline constexpr int kRefused = 1;
inline constexpr int kUsage = 2;

// The checks of a token, one per line, with what to change below those that failed.
void PrintChecks(std::ostream& out, const TokenExplanation& explanation);

// Says what becomes of the input and why. The exit code.
[[nodiscard]] int ReportToken(std::ostream& out, const std::string& token, const CommandLine& line);
[[nodiscard]] int ReportRequest(std::ostream& out, const Input& input, const CommandLine& line);

}  // namespace clerk::explain_tool
