// The program as it is started: settings, what it says, how it ends, and what it still knows after it was killed.
#include <gmock/gmock.h>
#include <httplib.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/integration/clerk-emulator/program.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

TEST_F(ProgramTest, EverythingAnsweredOutlivesKillDashNine) {
  json entered;
  std::string keys;
  {
    const auto program = Start();
    const int port = program->Port();
    ASSERT_NE(port, 0);
    entered = Post(port, "/_emulator/sign-up", R"({"email":"ada@example.com"})");
    keys = Get(port, "/.well-known/jwks.json");
    program->Signal(SIGKILL);
    EXPECT_EQ(program->Wait(), -SIGKILL);
  }
  const auto program = Start();
  const int port = program->Port();
  ASSERT_NE(port, 0);
  EXPECT_EQ(Get(port, "/.well-known/jwks.json"), keys);
  const auto again = Post(port, "/_emulator/sign-in", R"({"email":"ada@example.com"})");
  EXPECT_EQ(again.at("user_id"), entered.at("user_id"));
  EXPECT_THAT(Get(port, "/_emulator/token?session_id=" + entered.at("session_id").get<std::string>()), HasSubstr("\"token\""));
}

TEST_F(ProgramTest, EndsWithZeroOnSigtermAlsoWithAnIdleConnection) {
  const auto program = Start();
  httplib::Client client("127.0.0.1", program->Port());
  client.set_keep_alive(true);
  ASSERT_TRUE(client.Get("/_emulator/status"));
  const auto asked = std::chrono::steady_clock::now();
  program->Signal(SIGTERM);
  EXPECT_EQ(program->Wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 5s);
}

TEST_F(ProgramTest, ReportsAllSettingsThatAreWrongTogether) {
  const auto program = Start(
      {"EMULATOR_WEBHOOK_URL=http://127.0.0.1:1/", "EMULATOR_WEBHOOK_RETRY_SCHEDULE=soon", "EMULATOR_TOKEN_LIFETIME=never"});
  EXPECT_EQ(program->Wait(), 2);
  const auto& said = program->ReadUntil("\n\n");
  for (const char* name : {"EMULATOR_WEBHOOK_SECRET", "EMULATOR_WEBHOOK_RETRY_SCHEDULE", "EMULATOR_TOKEN_LIFETIME"}) {
    EXPECT_THAT(said, HasSubstr(name));
  }
}

TEST_F(ProgramTest, SecondOneOnTheSameStateSaysWhyItCannotStart) {
  const auto first = Start();
  ASSERT_NE(first->Port(), 0);
  const auto second = Start();
  EXPECT_EQ(second->Wait(), 1);
  EXPECT_THAT(second->ReadUntil("\n"), HasSubstr("DIRECTORY_IN_USE"));
}

TEST_F(ProgramTest, LogsNoSecretTokenOrAddress) {
  const auto program = Start({"LOG_LEVEL=debug", "EMULATOR_SECRET_KEY=sk_test_never_shown"});
  const int port = program->Port();
  const auto entered = Post(port, "/_emulator/sign-up", R"({"email":"ada@example.com"})");
  program->Signal(SIGTERM);
  EXPECT_EQ(program->Wait(), 0);
  const auto& said = program->ReadUntil("\n");
  EXPECT_EQ(said.find("never_shown"), std::string::npos);
  EXPECT_EQ(said.find("ada@"), std::string::npos);
  EXPECT_EQ(said.find(entered.at("token").get<std::string>()), std::string::npos);
}

TEST_F(ProgramTest, HelpNamesTheSettings) {
  Program program({"--help"}, {});
  EXPECT_EQ(program.Wait(), 0);
  EXPECT_THAT(program.ReadUntil("EMULATOR_DATA_DIR"), HasSubstr("EMULATOR_WEBHOOK_URL"));
}

}  // namespace
}  // namespace inkwell::emulator
