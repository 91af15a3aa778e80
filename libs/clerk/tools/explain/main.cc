// clerk-explain: why is this token refused?
#include <iostream>
#include <string>

#include "clerk/explain.h"
#include "clerk/session_token_source.h"
#include "command_line.h"
#include "input.h"

namespace {

using clerk::CheckOutcome;
using clerk::explain_tool::CommandLine;
using clerk::explain_tool::Input;

constexpr int kAccepted = 0;
constexpr int kRefused = 1;
constexpr int kUsage = 2;

// Far above any header, so that the verdict "too long" is the verifier's.
constexpr std::size_t kMaxInputBytes = 4 * 1024 * 1024;

class ToolClock final : public clerk::Clock {
 public:
  explicit ToolClock(std::chrono::system_clock::time_point now) : now_(now) {}
  std::chrono::system_clock::time_point Now() const override { return now_; }
  std::chrono::steady_clock::time_point SteadyNow() const override { return {}; }
  void SleepFor(std::chrono::milliseconds /*pause*/) const override {}

 private:
  const std::chrono::system_clock::time_point now_;
};

std::string ReadInput() {
  std::string text(kMaxInputBytes, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

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

int Print(const clerk::TokenExplanation& explanation) {
  if (explanation.refusal) {
    std::cout << "REFUSED: " << clerk::ToString(*explanation.refusal) << "\n\n";
  } else {
    std::cout << "ACCEPTED\n\n";
  }
  bool failed = false;
  for (const auto& check : explanation.checks) {
    const std::string number = std::to_string(check.number);
    std::cout << std::string(3 - number.size(), ' ') << number << "  " << Padded(check.name, 12)
              << Padded(Label(check.outcome, !failed), 12) << check.detail << "\n";
    if (!check.advice.empty()) std::cout << std::string(29, ' ') << "Change: " << check.advice << "\n";
    failed = failed || check.outcome == CheckOutcome::kFailed;
  }
  return explanation.refusal ? kRefused : kAccepted;
}

// Which token of the request counts; prints why if there is none.
std::optional<std::string> FindToken(const Input& input, const CommandLine& line, std::chrono::system_clock::time_point now) {
  if (!input.is_request) return input.token;
  const std::string authorization = input.Header("authorization");
  const std::string cookie = input.Header("cookie");
  const bool has_key = !line.publishable_key.empty();
  // Any key will do for a request that has an Authorization header: it always wins.
  const auto key =
      clerk::PublishableKey::Parse(has_key ? line.publishable_key : clerk::PublishableKey::Build("clerk.example.com"));
  if (!key) {
    std::cout << "REFUSED: " << clerk::ToString(key.error().reason) << "\n\nThe publishable key is none: copy it again.\n";
    return std::nullopt;
  }
  auto found = clerk::FindSessionToken({.authorization = authorization, .cookie = cookie}, *key, now);
  const bool by_cookie = found && found->carrier == clerk::TokenCarrier::kCookie;
  if (found && (has_key || !by_cookie)) {
    std::cout << (by_cookie ? "The token is in a session cookie.\n" : "The token is in the Authorization header.\n");
    return std::move(found->token);
  }
  std::cout << "REFUSED: session-token-missing\n\n";
  if (!has_key && cookie.find("__session") != std::string::npos) {
    std::cout << "There are session cookies, but which one counts depends on the publishable key: give --publishable-key.\n";
  } else {
    std::cout << "The request has no session token: neither Authorization: Bearer, nor the cookie __session or "
                 "__session_<suffix of the publishable key>.\n";
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  auto line = clerk::explain_tool::ParseCommandLine({argv + 1, argv + argc});
  if (!line) {
    std::cerr << "clerk-explain: " << line.error() << " See clerk-explain --help.\n";
    return kUsage;
  }
  if (line->help) {
    clerk::explain_tool::PrintHelp(std::cout);
    return kAccepted;
  }
  const ToolClock clock(line->now ? *line->now : std::chrono::system_clock::now());
  line->verifier.clock = &clock;
  const auto token = FindToken(clerk::explain_tool::ParseInput(ReadInput()), *line, clock.Now());
  return token ? Print(clerk::ExplainToken(*token, line->verifier)) : kRefused;
}
