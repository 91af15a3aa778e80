#include "gateway/limits/rate_limits.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

class RateLimitsTest : public testing::Test {
 protected:
  RateLimits Make(const RateLimitOptions& options) {
    return RateLimits(
        options, [this] { return now_; }, std::make_shared<prometheus::Registry>());
  }
  static Response Ask(RateLimits& limits, const std::string& user, const std::string& target = "/api/posts") {
    const Exchange exchange({.target = target});
    const SessionHandler handler =
        limits.Guard([](const RequestInfo&, const SessionUser&, Reply reply) { std::move(reply).Send(EmptyResponse(204)); });
    Reply reply = exchange.reply();
    const RequestScreen screen = limits.Screen();
    if (!screen || screen(exchange.request(), reply)) {
      handler(exchange.request(), SessionUser({runtime::Principal::Kind::kUser, user}, "sess_1", ""), std::move(reply));
    }
    return exchange.Answer().value_or(Response{});
  }

  TokenBuckets::SteadyTime now_{std::chrono::hours(1)};
};

TEST_F(RateLimitsTest, TellAUserWhereTheyStand) {
  RateLimits limits = Make({.per_user = 1});
  const Response first = Ask(limits, "user_a");
  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(HeaderOf(first, "RateLimit-Limit"), "2");
  EXPECT_EQ(HeaderOf(first, "RateLimit-Remaining"), "1");
  EXPECT_EQ(HeaderOf(first, "RateLimit-Reset"), "1");
  EXPECT_EQ(HeaderOf(first, "Retry-After"), "");
}

TEST_F(RateLimitsTest, TurnAUserAwayWhoIsTooFast) {
  RateLimits limits = Make({.per_user = 1});
  EXPECT_EQ(Ask(limits, "user_a").status, 204);
  EXPECT_EQ(Ask(limits, "user_a").status, 204);
  const Response refused = Ask(limits, "user_a");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(nlohmann::json::parse(refused.body.view())["reason"], "RATE_LIMITED");
  EXPECT_EQ(HeaderOf(refused, "Retry-After"), "1");
  EXPECT_EQ(HeaderOf(refused, "RateLimit-Remaining"), "0");
  EXPECT_EQ(HeaderOf(refused, "RateLimit-Reset"), "2");
  EXPECT_EQ(Ask(limits, "user_b").status, 204) << "somebody else";
  now_ += std::chrono::seconds(1);
  EXPECT_EQ(Ask(limits, "user_a").status, 204) << "who waited as told";
}

TEST_F(RateLimitsTest, TurnAnAddressAwayWhateverItAsks) {
  RateLimits limits = Make({.per_address = 1});
  EXPECT_EQ(Ask(limits, "user_a").status, 204);
  EXPECT_EQ(Ask(limits, "user_b", "/sign-in").status, 204);
  EXPECT_EQ(Ask(limits, "user_c", "/nowhere").status, 429);
}

TEST_F(RateLimitsTest, LetProbesThrough) {
  RateLimits limits = Make({.per_address = 1});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Ask(limits, "user_a", "/livez").status, 204);
    EXPECT_EQ(Ask(limits, "user_a", "/readyz?verbose").status, 204);
  }
  EXPECT_EQ(Ask(limits, "user_a", "/livez/x").status, 204);
  EXPECT_EQ(Ask(limits, "user_a", "/livezx").status, 204);
  EXPECT_EQ(Ask(limits, "user_a", "/livezx").status, 429);
}

TEST_F(RateLimitsTest, TellOfTheUsersLimitWhereBothApply) {
  RateLimits limits = Make({.per_user = 1, .per_address = 50});
  const Response answer = Ask(limits, "user_a");
  EXPECT_EQ(HeaderOf(answer, "RateLimit-Limit"), "2");
  EXPECT_EQ(answer.headers.size(), 3U) << "each field once";
}

TEST_F(RateLimitsTest, SayNothingWhereThereIsNoLimit) {
  RateLimits limits = Make({});
  EXPECT_FALSE(limits.Screen());
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(Ask(limits, "user_a").headers.empty());
}

}  // namespace
}  // namespace inkwell::gateway
