// The control API and the seed over real HTTP.
#include <gmock/gmock.h>
#include <httplib.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/integration/clerk-emulator/program.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

class ControlTest : public ProgramTest {
 protected:
  static httplib::Result CountUsers(int port) {
    httplib::Client client("127.0.0.1", port);
    return client.Get("/v1/users/count", {{"Authorization", "Bearer sk_test_of_this_test"}});
  }
  std::unique_ptr<Program> StartWithKey(std::vector<std::string> settings = {}) {
    settings.emplace_back("EMULATOR_SECRET_KEY=sk_test_of_this_test");
    return Start(std::move(settings));
  }
  std::string WriteSeed(const std::string& text) const {
    const auto path = directory_ / "seed.json";
    std::ofstream(path) << text;
    return "EMULATOR_SEED_FILE=" + path.string();
  }
};

TEST_F(ControlTest, OrderedFailureIsAnsweredWithRetryAfter) {
  const auto program = StartWithKey();
  const int port = program->Port();
  Post(port, "/_emulator/faults", R"({"status":429,"retry_after_seconds":3,"calls":1})");
  const auto refused = CountUsers(port);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(refused->get_header_value("Retry-After"), "3");
  const auto answered = CountUsers(port);
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->status, 200);
}

TEST_F(ControlTest, DelayUnderWayDoesNotHoldUpTheEnd) {
  const auto program = StartWithKey();
  const int port = program->Port();
  Post(port, "/_emulator/faults", R"({"delay_ms":60000,"calls":1})");
  auto slow = std::async(std::launch::async, [port] { return CountUsers(port); });
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (json::parse(Get(port, "/_emulator/faults")).at("faults") != json::array() &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  const auto asked = std::chrono::steady_clock::now();
  program->Signal(SIGTERM);
  EXPECT_EQ(program->Wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 10s);
  EXPECT_EQ(slow.wait_for(10s), std::future_status::ready);
}

TEST_F(ControlTest, JumpOfTheClockWakesTheRetries) {
  std::atomic<int> attempts = 0;
  std::promise<void> retried;
  httplib::Server endpoint;
  endpoint.Post("/hook", [&](const httplib::Request&, httplib::Response& response) {
    if (++attempts == 2) retried.set_value();
    response.status = attempts == 1 ? 500 : 200;
  });
  const int hook = endpoint.bind_to_any_port("127.0.0.1");
  std::jthread thread([&] { endpoint.listen_after_bind(); });
  {
    const auto program =
        StartWithKey({"EMULATOR_WEBHOOK_URL=http://127.0.0.1:" + std::to_string(hook) + "/hook",
                      "EMULATOR_WEBHOOK_SECRET=whsec_dGhlIHVuaXQgdGVzdHMnIHNlY3JldA==", "EMULATOR_WEBHOOK_RETRY_SCHEDULE=10h"});
    const int port = program->Port();
    httplib::Client client("127.0.0.1", port);
    ASSERT_TRUE(client.Post("/v1/users", {{"Authorization", "Bearer sk_test_of_this_test"}}, "{}", "application/json"));
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (Get(port, "/_emulator/deliveries").find("\"attempts\":1") == std::string::npos &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    Post(port, "/_emulator/clock", R"({"advance_seconds":36000})");
    EXPECT_EQ(retried.get_future().wait_for(10s), std::future_status::ready);
  }
  endpoint.stop();
}

TEST_F(ControlTest, SnapshotOutlivesARestart) {
  {
    const auto program = StartWithKey();
    const int port = program->Port();
    Post(port, "/_emulator/sign-up", R"({"email":"ada@example.com"})");
    Post(port, "/_emulator/snapshots/one", "{}");
    EXPECT_EQ(Post(port, "/_emulator/reset", "{}").at("users"), 0);
    program->Signal(SIGKILL);
    program->Wait();
  }
  const auto program = StartWithKey();
  EXPECT_EQ(Post(program->Port(), "/_emulator/snapshots/one/restore", "{}").at("users"), 1);
}

TEST_F(ControlTest, SeedFillsAnEmptyStateAndAResetBringsItBack) {
  const auto setting = WriteSeed(R"({"users":[{"id":"user_ada","email_addresses":["ada@example.com"]}]})");
  const auto program = StartWithKey({setting});
  const int port = program->Port();
  EXPECT_EQ(Post(port, "/_emulator/sign-in", R"({"email":"ada@example.com"})").at("user_id"), "user_ada");
  Post(port, "/_emulator/sign-up", "{}");
  EXPECT_EQ(Post(port, "/_emulator/reset", "{}").at("users"), 1);
}

TEST_F(ControlTest, SeedThatIsWrongEndsTheProgramNamingTheField) {
  const auto program = StartWithKey({WriteSeed(R"({"users":[{"id":"user_ada","shoe_size":43}]})")});
  EXPECT_EQ(program->Wait(), 1);
  EXPECT_THAT(program->ReadUntil("\n"), HasSubstr("users[0]: shoe_size"));
}

}  // namespace
}  // namespace inkwell::emulator
