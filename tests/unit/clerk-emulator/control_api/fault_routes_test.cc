#include "clerk-emulator/control_api/fault_routes.h"

#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

class FaultRoutesTest : public testing::Test {
 protected:
  HttpResponse Order(const json& fault) { return emulator_.Control("POST", "/_emulator/faults", fault.dump()); }
  int CountUsers() { return emulator_.Backend("GET", "/v1/users/count").status; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
};

TEST_F(FaultRoutesTest, NextCallsAreRefusedWithRetryAfter) {
  ASSERT_EQ(Order({{"status", 429}, {"retry_after_seconds", 7}, {"calls", 2}}).status, 200);
  const auto refused = emulator_.Backend("GET", "/v1/users");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(Json(refused).at("errors")[0].at("code"), "too_many_requests");
  EXPECT_THAT(refused.headers, testing::Contains(testing::Pair("Retry-After", "7")));
  EXPECT_EQ(CountUsers(), 429);
  EXPECT_EQ(CountUsers(), 200);
}

TEST_F(FaultRoutesTest, FailureLastsForItsTimeOnTheClock) {
  Order({{"status", 503}, {"seconds", 60}});
  EXPECT_EQ(CountUsers(), 503);
  emulator_.Control("POST", "/_emulator/clock", R"({"advance_seconds":59})");
  EXPECT_EQ(CountUsers(), 503);
  emulator_.Control("POST", "/_emulator/clock", R"({"advance_seconds":1})");
  EXPECT_EQ(CountUsers(), 200);
}

TEST_F(FaultRoutesTest, OnlyCallsOfThePathAndMethodFail) {
  Order({{"status", 500}, {"path", "/v1/users/*"}, {"method", "DELETE"}});
  EXPECT_EQ(emulator_.Backend("DELETE", "/v1/users/user_1").status, 500);
  EXPECT_EQ(emulator_.Backend("GET", "/v1/users/user_1").status, 404);
  EXPECT_EQ(emulator_.Backend("DELETE", "/v1/sessions").status, 404);
}

TEST_F(FaultRoutesTest, KeySetFailsOnlyIfItIsNamed) {
  Order({{"status", 500}});
  EXPECT_EQ(emulator_.Control("GET", "/.well-known/jwks.json").status, 200);
  Order({{"status", 502}, {"path", "/.well-known/*"}});
  EXPECT_EQ(emulator_.Control("GET", "/.well-known/jwks.json").status, 502);
}

TEST_F(FaultRoutesTest, ClearingEndsFaultsAndTheDelaysUnderWay) {
  Order({{"delay_ms", 60'000}, {"calls", 1}});
  auto slow = std::async(std::launch::async, [this] { return CountUsers(); });
  // Used up once the call is under way.
  const auto ordered = [this] { return Json(emulator_.Control("GET", "/_emulator/faults")).at("faults").size(); };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (ordered() > 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(ordered(), 0U);
  emulator_.Control("POST", "/_emulator/faults/clear");
  ASSERT_EQ(slow.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(slow.get(), 200);
}

TEST_F(FaultRoutesTest, RefusesFaultsThatMeanNothing) {
  for (const json& fault : {json{{"status", 404}}, json{{"status", 430}}, json::object(), json{{"delay_ms", 60'001}},
                            json{{"status", 500}, {"calls", 0}}, json{{"statuz", 500}}}) {
    EXPECT_EQ(Order(fault).status, 422) << fault;
  }
  EXPECT_EQ(CountUsers(), 200);
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/webhooks/faults", R"({"kind":"drop"})").status, 404) << "no endpoint";
}

TEST_F(FaultRoutesTest, OtherMachinesAndProxiesAreRefused) {
  for (const char* path :
       {"/_emulator/reset", "/_emulator/faults", "/_emulator/clock", "/_emulator/snapshots/a", "/_emulator/webhooks/hold"}) {
    auto request = MakeRequest("POST", path, "{}");
    request.client_address = "192.0.2.7";
    EXPECT_EQ(emulator_.Handle(request).status, 403) << path;
    request.client_address = "127.0.0.1";
    request.headers["clerk-proxy-url"] = "http://localhost:3000/__clerk";
    EXPECT_EQ(emulator_.Handle(request).status, 403) << path;
  }
}

TEST(MatchesPatternTest, StarStandsForAnyText) {
  EXPECT_TRUE(MatchesPattern("*", ""));
  EXPECT_TRUE(MatchesPattern("/v1/users/*/ban", "/v1/users/user_1/ban"));
  EXPECT_TRUE(MatchesPattern("*a*ab", "aaab"));
  EXPECT_TRUE(MatchesPattern("/v1/users", "/v1/users"));
  EXPECT_FALSE(MatchesPattern("/v1/users", "/v1/users/"));
  EXPECT_FALSE(MatchesPattern("/v1/*/ban", "/v1/users/bank"));
  EXPECT_FALSE(MatchesPattern("", "x"));
}

}  // namespace
}  // namespace inkwell::emulator
