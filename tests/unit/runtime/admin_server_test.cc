#include "runtime/admin_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "tests/support/loopback.h"
#include "tests/support/status_matchers.h"

namespace inkwell::runtime {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::HttpGet;
using ::testing::HasSubstr;

std::unique_ptr<AdminServer> Start(ReadinessProbe probe = {}, std::shared_ptr<prometheus::Registry> metrics = {}) {
  auto server = AdminServer::Start("127.0.0.1:0", std::move(metrics), std::move(probe));
  EXPECT_THAT(server, inkwell::testing::IsOk());
  return server ? *std::move(server) : nullptr;
}

TEST(AdminServer, IsAliveAndReady) {
  const auto server = Start();
  EXPECT_EQ(HttpGet(server->port(), "/livez").status, 200);
  EXPECT_EQ(HttpGet(server->port(), "/readyz").status, 200);
  EXPECT_EQ(HttpGet(server->port(), "/else").status, 404);
}

TEST(AdminServer, NamesWhatIsNotReady) {
  std::atomic<bool> connected{false};
  const auto server = Start([&] {
    return connected ? std::map<std::string, std::string>{}
                     : std::map<std::string, std::string>{{"database", "no \"connection\""}};
  });
  const auto answer = HttpGet(server->port(), "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(nlohmann::json::parse(answer.body),
            nlohmann::json({{"ready", false}, {"missing", {{"database", "no \"connection\""}}}}));
  connected = true;
  EXPECT_EQ(HttpGet(server->port(), "/readyz").status, 200);
}

TEST(AdminServer, IsNotReadyWhileShuttingDown) {
  const auto server = Start();
  server->SetShuttingDown();
  const auto answer = HttpGet(server->port(), "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("shutting down"));
  EXPECT_EQ(HttpGet(server->port(), "/livez").status, 200);
}

TEST(AdminServer, ShowsTheRegistryAndTheProcess) {
  const auto metrics = std::make_shared<prometheus::Registry>();
  prometheus::BuildCounter().Name("inkwell_things_total").Help("Things.").Register(*metrics).Add({{"kind", "odd"}}).Increment(3);
  const auto server = Start({}, metrics);
  const auto answer = HttpGet(server->port(), "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("inkwell_things_total{kind=\"odd\"} 3"));
  for (const char* name : {"process_resident_memory_bytes", "process_open_fds", "process_max_fds", "process_threads",
                           "process_cpu_seconds_total", "process_start_time_seconds"}) {
    EXPECT_THAT(answer.body, HasSubstr(std::string("\n") + name + " "));
  }
}

TEST(AdminServer, AnswersNothingOfAnExceptionInTheProbe) {
  const auto server = Start([]() -> std::map<std::string, std::string> { throw std::runtime_error("the inside"); });
  const auto answer = HttpGet(server->port(), "/readyz");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, ::testing::Not(HasSubstr("inside")));
}

TEST(AdminServer, RefusesAnAddressInUseOrMalformed) {
  const auto server = Start();
  const std::string taken = "127.0.0.1:" + std::to_string(server->port());
  EXPECT_THAT(AdminServer::Start(taken, {}, {}), FailsWith(Code::kUnavailable, "ADDRESS_IN_USE"));
  EXPECT_THAT(AdminServer::Start("nowhere", {}, {}), FailsWith(Code::kInvalidArgument, "INVALID_ADDRESS"));
}

TEST(AdminServer, CanBeDestroyedRightAfterItsStart) {
  for (int i = 0; i < 20; ++i) EXPECT_NE(Start(), nullptr);
}

}  // namespace
}  // namespace inkwell::runtime
