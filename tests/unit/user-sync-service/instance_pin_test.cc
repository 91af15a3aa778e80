#include "user-sync-service/instance_pin.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/fake_parts.h"
#include "user-sync-service/clerk_users.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Fail;

class InstancePinTest : public ::testing::Test {
 protected:
  // What Clerk says about the secret key.
  void AtClerk(const std::string& instance_id, std::vector<std::string> key_ids) {
    clerk_.Answer(instance_id);
    clerk_.AnswerKeyIds(std::move(key_ids));
  }
  static auto IsRefused() { return FailsWith(Code::kFailedPrecondition, "INSTANCE_MISMATCH"); }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeCopyState state_;
  FakeClerkInstance clerk_;
  std::chrono::steady_clock::time_point now_{};
  int foreign_keys_ = 0;
  InstancePin pin_{state_, &clerk_, metrics_, [this] { ++foreign_keys_; }, [this] { return now_; }};
};

TEST_F(InstancePinTest, PinsTheFirstAndRefusesOthers) {
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  EXPECT_THAT(pin_.Confirm("ins_second", {}), IsRefused());
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  EXPECT_EQ(state_.pins(), 1);
}

TEST_F(InstancePinTest, KeepsToWhatAnotherReplicaPinned) {
  ASSERT_EQ(state_.PinInstance("ins_other", {}).value(), "ins_other");
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsRefused());
}

TEST_F(InstancePinTest, JudgingTheKeyPinsNothing) {
  EXPECT_EQ(pin_.JudgeKey({}), KeyStanding::kOpen);
  EXPECT_EQ(state_.pins(), 0);
}

TEST_F(InstancePinTest, ConfirmsTheKeyOfTheInstanceThatAnotherReplicaPinned) {
  ASSERT_EQ(state_.PinInstance("ins_first", {}).value(), "ins_first");
  EXPECT_EQ(pin_.JudgeKey({}), KeyStanding::kConfirmed);
  EXPECT_EQ(foreign_keys_, 0);
}

TEST_F(InstancePinTest, RefusesTheKeyOfAnotherInstanceThanAnotherReplicaPinned) {
  ASSERT_EQ(state_.PinInstance("ins_other", {}).value(), "ins_other");
  EXPECT_THAT(pin_.JudgeKey({}), IsRefused());
  EXPECT_EQ(foreign_keys_, 1);
}

TEST_F(InstancePinTest, RefusesTheKeyOfAnotherInstanceOnceSomethingIsPinned) {
  EXPECT_EQ(pin_.JudgeKey({}), KeyStanding::kOpen);
  EXPECT_THAT(pin_.Confirm("ins_second", {}), IsOk());
  EXPECT_EQ(foreign_keys_, 1);
  EXPECT_THAT(pin_.JudgeKey({}), IsRefused());
  EXPECT_EQ(foreign_keys_, 1) << "told once";
}

TEST_F(InstancePinTest, KeepsToAKeyThatWasConfirmed) {
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  AtClerk("ins_second", {"ins_second"});
  EXPECT_EQ(pin_.JudgeKey({}), KeyStanding::kConfirmed);
  EXPECT_THAT(pin_.Confirm("ins_third", {}), IsRefused());
  EXPECT_EQ(foreign_keys_, 0);
}

TEST_F(InstancePinTest, SaysNothingOfTheKeyWhileClerkIsAwayAndWhereItWillNeverTell) {
  clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away."));
  ASSERT_THAT(pin_.Confirm("ins_second", {}), IsOk());
  EXPECT_THAT(pin_.JudgeKey({}), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "No such path.", {{kClerkStatusMetadata, "404"}}));
  EXPECT_EQ(pin_.JudgeKey({}), KeyStanding::kUntold);
  EXPECT_EQ(foreign_keys_, 0);
}

TEST_F(InstancePinTest, BelievesA404OnlyOfTheCopysClerk) {
  EXPECT_TRUE(pin_.BelievesAbsence()) << "nothing is pinned yet";
  ASSERT_EQ(state_.PinInstance("ins_copy", {}).value(), "ins_copy");
  clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away."));
  EXPECT_THAT(pin_.JudgeKey({}), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  EXPECT_FALSE(pin_.BelievesAbsence()) << "not judged yet";
  AtClerk("ins_other", {"ins_other"});
  EXPECT_THAT(pin_.JudgeKey({}), IsRefused());
  EXPECT_FALSE(pin_.BelievesAbsence());
  AtClerk("ins_other", {"ins_copy", "ins_other"});  // its keys were read from a cache before
  EXPECT_EQ(pin_.JudgeKey({}), KeyStanding::kConfirmed);
  EXPECT_TRUE(pin_.BelievesAbsence());
}

TEST_F(InstancePinTest, BelievesTheClerkThatWillNotTellWhoItIs) {
  clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "No such path.", {{kClerkStatusMetadata, "404"}}));
  ASSERT_THAT(pin_.Confirm("ins_second", {}), IsOk());
  EXPECT_TRUE(pin_.BelievesAbsence());
}

TEST_F(InstancePinTest, FollowsItsInstanceFromKeyToKey) {
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  AtClerk("ins_first", {"ins_first", "ins_rotated"});
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsOk());
  AtClerk("ins_named_anew", {"ins_rotated", "ins_third"});  // the pinned name is gone
  EXPECT_THAT(pin_.Confirm("ins_third", {}), IsOk());
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  EXPECT_THAT(pin_.Confirm("ins_fourth", {}), IsRefused());
}

TEST_F(InstancePinTest, KnowsTheNamesThatAnotherReplicaLearnt) {
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  AtClerk("ins_first", {"ins_rotated"});
  ASSERT_THAT(pin_.Confirm("ins_rotated", {}), IsOk());
  InstancePin without_clerk(state_, nullptr, metrics_);
  EXPECT_THAT(without_clerk.Confirm("ins_rotated", {}), IsOk());
  EXPECT_THAT(without_clerk.Confirm("ins_third", {}), IsRefused());
}

TEST_F(InstancePinTest, NamesOfAnotherInstanceStayForeign) {
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  AtClerk("ins_second", {"ins_second", "ins_rotated"});
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsRefused());
  EXPECT_EQ(state_.InstanceAliases({}).value().size(), 0U);
}

TEST_F(InstancePinTest, RefusesAnUnknownNameWhileClerkIsAwayAndLooksAgainLater) {
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  clerk_.AnswerKeyIds(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away."));
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsRefused());
  AtClerk("ins_first", {"ins_first", "ins_rotated"});
  const int asked = clerk_.calls();
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsRefused());
  EXPECT_EQ(clerk_.calls(), asked) << "an unknown name must not cost a call each time";
  now_ += InstancePin::kLookAgainSoon;
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsOk());
}

TEST_F(InstancePinTest, RemembersLongerWhatClerkSaid) {
  ASSERT_THAT(pin_.Confirm("ins_first", {}), IsOk());
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsRefused());
  AtClerk("ins_first", {"ins_first", "ins_rotated"});
  now_ += InstancePin::kLookAgainSoon;
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsRefused());
  now_ += InstancePin::kLookAgainAfter;
  EXPECT_THAT(pin_.Confirm("ins_rotated", {}), IsOk());
}

TEST_F(InstancePinTest, AsksClerkAboutAnUnknownNameInTimeOfItsOwn) {
  const auto spent = std::chrono::steady_clock::now();
  ASSERT_THAT(pin_.Confirm("ins_first", spent), IsOk());
  EXPECT_THAT(pin_.Confirm("ins_second", spent), IsRefused());
  EXPECT_GT(clerk_.last_deadline(), spent + std::chrono::seconds(4));
}

TEST_F(InstancePinTest, LearnsTheNamesWithTheFirstPin) {
  AtClerk("ins_first", {"ins_old_key"});
  ASSERT_THAT(pin_.Confirm("ins_old_key", {}), IsOk());
  AtClerk("ins_named_anew", {"ins_new_key"});  // nothing that it was pinned with is left
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());
}

TEST_F(InstancePinTest, PinsWhileClerkIsAway) {
  clerk_.Answer(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away."));
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());
}

TEST_F(InstancePinTest, OnlyAnApiWithoutThePathHasNoKeys) {
  ASSERT_THAT(pin_.Confirm("ins_other", {}), IsOk());
  clerk_.AnswerKeyIds(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Wrong key.", {{kClerkStatusMetadata, "401"}}));
  EXPECT_THAT(pin_.JudgeKey({}), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  clerk_.AnswerKeyIds(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "No such path.", {{kClerkStatusMetadata, "404"}}));
  EXPECT_THAT(pin_.JudgeKey({}), IsRefused());
}

TEST_F(InstancePinTest, TheSecretKeyIsRightIfOneOfItsKeysIsKnown) {
  ASSERT_EQ(state_.PinInstance("ins_old_key", {}).value(), "ins_old_key");  // a token came first
  AtClerk("ins_first", {"ins_old_key", "ins_new_key"});
  EXPECT_EQ(pin_.JudgeKey({}), KeyStanding::kConfirmed);
  EXPECT_THAT(pin_.Confirm("ins_first", {}), IsOk());  // the webhooks' name
}

TEST_F(InstancePinTest, TheSecretKeyIsNotRefusedWhileItsKeysCannotBeHad) {
  ASSERT_EQ(state_.PinInstance("ins_old_key", {}).value(), "ins_old_key");
  clerk_.AnswerKeyIds(Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away."));
  EXPECT_THAT(pin_.JudgeKey({}), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  EXPECT_EQ(foreign_keys_, 0);
}

}  // namespace
}  // namespace inkwell::users
