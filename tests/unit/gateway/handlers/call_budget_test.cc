#include "gateway/handlers/call_budget.h"

#include <gtest/gtest.h>

#include "gateway/handlers/posts_handler.h"
#include "tests/unit/gateway/exchange.h"
#include "tests/unit/gateway/handlers/fake_services.h"

namespace inkwell::gateway {
namespace {

TEST(CallBudget, BoundsTheCallsUnderWay) {
  CallBudget budget({.max_in_flight = 2});
  EXPECT_TRUE(budget.TryBegin());
  EXPECT_TRUE(budget.TryBegin());
  EXPECT_FALSE(budget.TryBegin());
  budget.End(true);
  EXPECT_TRUE(budget.TryBegin());
  EXPECT_FALSE(budget.TryBegin()) << "a refused call gives no place back";
}

TEST(CallBudget, GivesARepeatBackForTenAnswers) {
  CallBudget budget({.max_in_flight = 100, .max_repeats = 2});
  EXPECT_TRUE(budget.TryRepeat());
  EXPECT_TRUE(budget.TryRepeat());
  EXPECT_FALSE(budget.TryRepeat());
  const auto call = [&](bool answered) {
    ASSERT_TRUE(budget.TryBegin());
    budget.End(answered);
  };
  for (int i = 0; i < 9; ++i) call(true);
  for (int i = 0; i < 9; ++i) call(false);
  EXPECT_FALSE(budget.TryRepeat());
  call(true);
  EXPECT_TRUE(budget.TryRepeat());
  for (int i = 0; i < 1000; ++i) call(true);
  EXPECT_TRUE(budget.TryRepeat());
  EXPECT_TRUE(budget.TryRepeat());
  EXPECT_FALSE(budget.TryRepeat()) << "it fills up to its size";
}

TEST(CallBudget, AFullOneIsServiceUnavailableAtOnce) {
  FakeServices services;
  const auto budget = std::make_shared<CallBudget>(CallBudgetOptions{.max_in_flight = 1});
  ASSERT_TRUE(budget->TryBegin());
  const PostsHandler handler({services.PostsStub(), budget}, [] { return std::chrono::system_clock::now(); });
  const Exchange exchange({});
  handler.List(exchange.request(), {runtime::Principal::Kind::kUser, "user_2abc"}, exchange.reply());
  const auto answer = exchange.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(HeaderOf(*answer, "Retry-After"), "1");
}

}  // namespace
}  // namespace inkwell::gateway
