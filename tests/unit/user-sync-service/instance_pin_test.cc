#include "user-sync-service/instance_pin.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/fake_parts.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/instance_check.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Fail;

class InstancePinTest : public ::testing::Test {
 protected:
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeCopyState state_;
  FakeClerkInstance clerk_;
  InstancePin pin_{state_, metrics_};
};

TEST_F(InstancePinTest, PinsTheFirstAndRefusesOthers) {
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  EXPECT_THAT(pin_.Confirm("ins_second", {}), FailsWith(Code::kFailedPrecondition, "INSTANCE_MISMATCH"));
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  EXPECT_EQ(state_.pins(), 1);
}

TEST_F(InstancePinTest, KeepsToWhatAnotherReplicaPinned) {
  ASSERT_EQ(state_.PinInstance("ins_other", {}).value(), "ins_other");
  EXPECT_THAT(pin_.Confirm("ins_first", {}), FailsWith(Code::kFailedPrecondition, "INSTANCE_MISMATCH"));
}

TEST_F(InstancePinTest, ComparingPinsNothing) {
  EXPECT_THAT(pin_.Compare("ins_first", {}), IsOk());
  EXPECT_THAT(pin_.Confirm("ins_second", {}), IsOk());
  EXPECT_THAT(pin_.Compare("ins_first", {}), FailsWith(Code::kFailedPrecondition, "INSTANCE_MISMATCH"));
}

TEST_F(InstancePinTest, RefusesTheKeyOfAnotherInstanceOnly) {
  EXPECT_EQ(CheckSecretKey(clerk_, pin_, {}), true);  // nothing is pinned yet
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  EXPECT_EQ(CheckSecretKey(clerk_, pin_, {}), true);
  clerk_.Answer(std::string("ins_second"));
  EXPECT_THAT(CheckSecretKey(clerk_, pin_, {}), FailsWith(Code::kFailedPrecondition, "INSTANCE_MISMATCH"));
}

TEST_F(InstancePinTest, AsksForPatienceWhileClerkIsAwayAndNotWhereItWillNeverTell) {
  clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away."));
  EXPECT_EQ(CheckSecretKey(clerk_, pin_, {}), false);
  clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "No such path.", {{kClerkStatusMetadata, "404"}}));
  EXPECT_EQ(CheckSecretKey(clerk_, pin_, {}), true);
}

}  // namespace
}  // namespace inkwell::users
