// docs/settings.md and docs/metrics.md name what the programs have, and nothing else.
#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "tests/e2e/stack.h"

namespace inkwell::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using Names = std::set<std::string>;

std::string Read(const std::string& path) {
  std::ifstream file(std::string(INKWELL_DOCS) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The first group of every match.
Names NamesIn(const std::string& text, const std::string& pattern) {
  const std::regex name(pattern);
  Names names;
  for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match) names.insert((*match)[1]);
  return names;
}

// The names in the first column of the tables.
Names NamesInTables(const std::string& markdown) {
  Names names;
  for (const std::string& cell : NamesIn(markdown, R"((?:^|\n)\| (`[^|]*`) \|)")) names.merge(NamesIn(cell, "`([^`]+)`"));
  return names;
}

Names Without(Names names, const Names& others) {
  for (const std::string& other : others) names.erase(other);
  return names;
}

TEST(Documentation, NamesEverySetting) {
  Names settings;
  for (const char* program : {"gateway", "user-sync-service", "posts-service", "clerk-emulator", "inkwell-backfill"}) {
    testing::ChildOptions options;
    options.command = {testing::ProgramPath(program), "--help"};
    const auto help = testing::ChildProcess::Start(options);
    ASSERT_EQ(help->WaitForExit(std::chrono::seconds(10)), 0) << program;
    Names of_program = NamesIn(help->Output(), R"(\n  ([A-Z][A-Z0-9_]+)(?=[\n,]))");
    ASSERT_THAT(of_program, Not(IsEmpty())) << program;
    settings.merge(std::move(of_program));
  }
  const Names documented = NamesInTables(Read("settings.md"));
  EXPECT_THAT(Without(settings, documented), IsEmpty()) << "not in docs/settings.md";
  EXPECT_THAT(Without(documented, settings), IsEmpty()) << "in docs/settings.md only";
}

TEST(Documentation, NamesEveryMetric) {
  const Stack stack(Signer::kTestClerk);
  // These have labels that nobody knows before the first event.
  HttpClient stranger(stack.gateway_port());
  ASSERT_EQ(stranger.Get("/api/posts").status, 401);
  ASSERT_EQ(stranger.Post("/api/webhooks/clerk", "{}").status, 400);
  ASSERT_EQ(stranger.Get("/" + std::string(9000, 'x')).status, 414);
  Names metrics;
  for (const int port : {stack.gateway_admin_port(), stack.users_admin_port(), stack.posts_admin_port()}) {
    Names of_program = NamesIn(HttpClient(port).Get("/metrics").body, R"((?:^|\n)# TYPE ([a-z_]+) )");
    ASSERT_THAT(of_program, Not(IsEmpty())) << port;
    metrics.merge(std::move(of_program));
  }
  Names documented;
  for (const std::string& name : NamesInTables(Read("metrics.md"))) {
    for (const char* service : {"users", "posts"}) {
      documented.insert(std::regex_replace(name, std::regex("<service>"), service));
    }
  }
  EXPECT_THAT(Without(metrics, documented), IsEmpty()) << "not in docs/metrics.md";
  EXPECT_THAT(Without(documented, metrics), IsEmpty()) << "in docs/metrics.md only";
}

}  // namespace
}  // namespace inkwell::e2e
