#include "report.h"

#include <algorithm>
#include <string>

namespace clerk::explain_tool {
namespace {

std::string_view Label(CheckOutcome outcome, bool first_failure) {
  switch (outcome) {
    case CheckOutcome::kPassed:
      return "ok";
    case CheckOutcome::kFailed:
      return first_failure ? "FAILED" : "would fail";
    case CheckOutcome::kNotAsked:
      return "not asked";
    case CheckOutcome::kNotPossible:
      return "-";
  }
  return "";
}

std::string Padded(std::string_view text, std::size_t width) {
  std::string padded(text);
  padded.resize(std::max(width, padded.size()), ' ');
  return padded;
}

}  // namespace

void PrintChecks(std::ostream& out, const TokenExplanation& explanation) {
  bool failed = false;
  for (const auto& check : explanation.checks) {
    if (check.outcome == CheckOutcome::kNotPossible && check.detail.empty()) continue;
    const std::string number = std::to_string(check.number);
    out << std::string(3 - number.size(), ' ') << number << "  " << Padded(check.name, 12)
        << Padded(Label(check.outcome, !failed), 12) << check.detail << "\n";
    if (!check.advice.empty()) out << std::string(29, ' ') << "Change: " << check.advice << "\n";
    failed = failed || check.outcome == CheckOutcome::kFailed;
  }
}

int ReportToken(std::ostream& out, const std::string& token, const CommandLine& line) {
  const auto explanation = ExplainToken(token, line.verifier);
  if (explanation.refusal) {
    out << "REFUSED: " << ToString(*explanation.refusal) << "\n\n";
  } else {
    out << "ACCEPTED\n\n";
  }
  PrintChecks(out, explanation);
  return explanation.refusal ? kRefused : kAccepted;
}

}  // namespace clerk::explain_tool
