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
  void SetUp() override { ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk()); }

  // A check that is at work, beside this thread.
  InstanceCheck Start(milliseconds pause) {
    return {clerk_, pin_, [this] { ++mismatches_; }, {.timeout = milliseconds(1000), .pause = pause}};
  }
  void ClerkIsAway() { clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away.")); }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeCopyState state_;
  FakeClerkInstance clerk_;
  InstancePin pin_{state_, nullptr, metrics_};
  std::atomic<int> mismatches_{0};
};

TEST_F(InstanceCheckTest, AsksUntilClerkAnswersAndTellsOfAnotherInstanceOnce) {
  ClerkIsAway();
  {
    const auto check = Start(milliseconds(1));
    ASSERT_TRUE(Eventually([this] { return clerk_.calls() >= 3; }));
    EXPECT_EQ(mismatches_, 0);
    clerk_.Answer(std::string("ins_second"));
    ASSERT_TRUE(Eventually([this] { return mismatches_ > 0; }));
  }
  EXPECT_EQ(mismatches_, 1);
}

TEST_F(InstanceCheckTest, IsSilentWhereTheKeyIsRight) {
  ClerkIsAway();
  {
    const auto check = Start(milliseconds(1));
    ASSERT_TRUE(Eventually([this] { return clerk_.calls() >= 2; }));
    clerk_.Answer(std::string("ins_first"));
    const int asked = clerk_.calls();
    ASSERT_TRUE(Eventually([&] { return clerk_.calls() > asked; }));
  }
  EXPECT_EQ(mismatches_, 0);
}

TEST_F(InstanceCheckTest, EndsWhilePausing) {
  ClerkIsAway();
  const auto before = std::chrono::steady_clock::now();
  {
    const auto check = Start(std::chrono::hours(1));
    ASSERT_TRUE(Eventually([this] { return clerk_.calls() >= 1; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::minutes(1));
}

}  // namespace
}  // namespace inkwell::users
