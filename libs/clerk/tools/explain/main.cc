// clerk-explain: why is this token, or this request, refused?
#include <iostream>
#include <string>

#include "command_line.h"
#include "input.h"
#include "report.h"

namespace {

// Far above any header, so that the verdict "too long" is the verifier's.
constexpr std::size_t kMaxInputBytes = std::size_t{4} * 1024 * 1024;

// One moment for all checks: the one that was asked for, or now.
class FixedClock final : public clerk::Clock {
 public:
  explicit FixedClock(std::chrono::system_clock::time_point now) : now_(now) {}
  [[nodiscard]] std::chrono::system_clock::time_point Now() const override { return now_; }
  [[nodiscard]] std::chrono::steady_clock::time_point SteadyNow() const override { return System().SteadyNow(); }
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

}  // namespace

int main(int argc, char** argv) {
  namespace tool = clerk::explain_tool;
  auto line = tool::ParseCommandLine({argv + 1, argv + argc});
  if (!line) {
    std::cerr << "clerk-explain: " << line.error() << " See clerk-explain --help.\n";
    return tool::kUsage;
  }
  if (line->help) {
    tool::PrintHelp(std::cout);
    return tool::kAccepted;
  }
  const FixedClock clock(line->now ? *line->now : std::chrono::system_clock::now());
  line->verifier.clock = &clock;
  const auto input = tool::ParseInput(ReadInput());
  return input.is_request ? tool::ReportRequest(std::cout, input, *line) : tool::ReportToken(std::cout, input.token, *line);
}
