#include "user-sync-service/instance_check.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/fake_parts.h"

namespace inkwell::users {
namespace {

using inkwell::testing::Eventually;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Fail;
using std::chrono::milliseconds;

class InstanceCheckTest : public ::testing::Test {
 protected:
  // A check that is at work, beside this thread.
  InstanceCheck Start(milliseconds pause) { return {pin_, {.timeout = milliseconds(1000), .pause = pause}}; }
  void ClerkIsAway() { clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away.")); }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeCopyState state_;
  FakeClerkInstance clerk_;
  std::atomic<int> foreign_keys_{0};
  InstancePin pin_{state_, &clerk_, metrics_, [this] { ++foreign_keys_; }};
};

TEST_F(InstanceCheckTest, AsksUntilClerkAnswersAndTellsOfAnotherInstanceOnce) {
  ClerkIsAway();
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  {
    const auto check = Start(milliseconds(1));
    ASSERT_TRUE(Eventually([this] { return clerk_.calls() >= 3; }));
    EXPECT_EQ(foreign_keys_, 0);
    clerk_.AnswerKeyIds(std::vector<std::string>{"ins_second"});
    clerk_.Answer(std::string("ins_second"));
    ASSERT_TRUE(Eventually([this] { return foreign_keys_ > 0; }));
  }
  EXPECT_EQ(foreign_keys_, 1);
}

TEST_F(InstanceCheckTest, WaitsForAnotherReplicaToPinAnInstance) {
  const auto check = Start(milliseconds(1));
  ASSERT_TRUE(Eventually([this] { return state_.looks() >= 3; }));
  EXPECT_EQ(foreign_keys_, 0);
  ASSERT_EQ(state_.PinInstance("ins_other", {}).value(), "ins_other");
  EXPECT_TRUE(Eventually([this] { return foreign_keys_ > 0; }));
}

TEST_F(InstanceCheckTest, IsSilentWhereTheKeyIsRight) {
  ClerkIsAway();
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  {
    const auto check = Start(milliseconds(1));
    ASSERT_TRUE(Eventually([this] { return clerk_.calls() >= 2; }));
    clerk_.Answer(std::string("ins_first"));
    const int asked = clerk_.calls();
    ASSERT_TRUE(Eventually([&] { return clerk_.calls() > asked; }));
  }
  EXPECT_EQ(foreign_keys_, 0);
}

TEST_F(InstanceCheckTest, EndsWhilePausing) {
  const auto before = std::chrono::steady_clock::now();
  {
    const auto check = Start(std::chrono::hours(1));
    ASSERT_TRUE(Eventually([this] { return state_.looks() >= 1; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::minutes(1));
}

}  // namespace
}  // namespace inkwell::users
