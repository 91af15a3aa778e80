#include "user-sync-service/backfill.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/fake_clerk_users.h"
#include "tests/unit/user-sync-service/fake_parts.h"
#include "tests/unit/user-sync-service/fake_user_repository.h"
#include "tests/unit/user-sync-service/sample_users.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Error;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::SizeIs;

class BackfillTest : public ::testing::Test {
 protected:
  static std::string Id(int number) {
    std::string digits = std::to_string(number);
    return "user_" + std::string(4 - digits.size(), '0') + digits;
  }
  // A user created at a moment of its own.
  static User Numbered(int number, std::int64_t version = 1000) {
    User user = SparseUser(Id(number), version);
    user.created_at = AtMs(1'700'000'000'000 + number);
    return user;
  }
  void AtClerk(int users) {
    for (int i = 0; i < users; ++i) clerk_.Add(Numbered(i));
  }
  Verdict Store(const UserEvent& event) {
    const UserEvent* const ref = &event;
    return copy_.Apply({&ref, 1}, {}, {}).value().at(0);
  }
  void InCopy(int users) {
    for (int i = 0; i < users; ++i) EXPECT_EQ(Store(StateEvent(Numbered(i))), Verdict::kApplied);
  }
  std::int64_t Living() { return copy_.Count({}).value(); }
  std::optional<StoredUser> Stored(int number) {
    const std::string id = Id(number);
    const auto found = copy_.Find({&id, 1}, {}).value();
    return found.empty() ? std::nullopt : std::optional(found.front());
  }
  // How many of the users with the lowest numbers Clerk has and the copy has not.
  int MissingHere(int users) {
    int missing = 0;
    for (int i = 0; i < users; ++i) missing += clerk_.Get(Id(i), {}) && !Stored(i) ? 1 : 0;
    return missing;
  }
  runtime::Result<BackfillTotals> Run(const BackfillRequest& request = {}) {
    return backfill_.Run(request, stop_.get_token(), [this](const BackfillProgress& progress) { reports_.push_back(progress); });
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeClerkUsers clerk_;
  FakeClerkInstance instance_;
  FakeUserRepository copy_;
  FakeCopyState state_;
  InstancePin pin_{state_, nullptr, metrics_};
  FakeRunLock lock_;
  std::stop_source stop_;
  std::vector<milliseconds> waits_;
  std::vector<BackfillProgress> reports_;
  Backfill backfill_{{clerk_, instance_, copy_, state_, pin_, lock_, metrics_},
                     [this](milliseconds time, const std::stop_token&) {
                       waits_.push_back(time);
                       return true;
                     }};
};

TEST_F(BackfillTest, CopiesEveryUserAndSaysHowFarItIs) {
  AtClerk(130);
  InCopy(30);
  const auto totals = Run({.resume_token = {}, .page_size = 50});
  ASSERT_THAT(totals, IsOk());
  EXPECT_EQ(totals->applied, 100);
  EXPECT_EQ(totals->unchanged, 30);
  EXPECT_EQ(totals->missing, 0);
  EXPECT_EQ(Living(), 130);
  EXPECT_EQ(reports_.front().total, 130);
  EXPECT_TRUE(reports_.back().finished);
  EXPECT_EQ(state_.backfills(), 1U);
}

TEST_F(BackfillTest, TakesAShortPageForNoEnd) {
  AtClerk(100);
  clerk_.SetMaxPage(7);
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(Living(), 100);
}

TEST_F(BackfillTest, LosesNobodyWhenTheListingMovesUp) {
  AtClerk(200);
  // Before each page some of the oldest users are deleted at Clerk, more than the pages overlap by.
  clerk_.BeforeList([this](int page) {
    for (int i = 0; i < 30; ++i) clerk_.RemoveWhileListing(Id((page - 1) * 30 + i));
  });
  ASSERT_THAT(Run({.resume_token = {}, .page_size = 50}), IsOk());
  for (int i = 150; i < 200; ++i) {
    if (!clerk_.Get(Id(i), {})) continue;
    EXPECT_TRUE(Stored(i).has_value()) << i;
  }
}

TEST_F(BackfillTest, LosesNobodyWhenThePagesAreAsShortAsTheyMayBe) {
  AtClerk(40);
  clerk_.BeforeList([this](int page) {
    if (page == 11) clerk_.RemoveWhileListing(Id(0));
  });
  ASSERT_THAT(Run({.resume_token = {}, .page_size = 2}), IsOk());
  EXPECT_EQ(MissingHere(40), 0);
}

TEST_F(BackfillTest, LosesNobodyWhenTheListingMovesUpUnderPagesThatClerkCuts) {
  AtClerk(1000);
  clerk_.SetMaxPage(100);
  clerk_.BeforeList([this](int page) {
    for (int i = 0; page == 6 && i < 25; ++i) clerk_.RemoveWhileListing(Id(i));
  });
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(MissingHere(1000), 0);
}

TEST_F(BackfillTest, LosesNobodyWhenMostOfTheListingGoes) {
  AtClerk(1000);
  clerk_.SetMaxPage(10);
  clerk_.BeforeList([this](int page) {
    for (int i = 0; page == 100 && i < 450; ++i) clerk_.RemoveWhileListing(Id(i));
  });
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(MissingHere(1000), 0);
}

TEST_F(BackfillTest, ReadsAListingOfSingleUsersToItsEnd) {
  AtClerk(30);
  clerk_.SetMaxPage(1);
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(MissingHere(30), 0);
}

TEST_F(BackfillTest, LosesNobodyWhenTheListingMovesUpBetweenTwoPagesThatDoNotOverlap) {
  AtClerk(30);
  clerk_.SetMaxPage(1);
  clerk_.BeforeList([this](int page) {
    if (page == 10) clerk_.RemoveWhileListing(Id(0));  // the page that was about to join
  });
  ASSERT_THAT(Run(), IsOk());
  EXPECT_EQ(MissingHere(30), 0);
}

TEST_F(BackfillTest, EndsWhereEveryPageIsTheFirst) {
  AtClerk(30);
  clerk_.IgnoreOffsets();
  ASSERT_THAT(Run({.resume_token = {}, .page_size = 10}), IsOk());
  EXPECT_EQ(Living(), 10);
}

TEST_F(BackfillTest, ChangesNothingByAStaleListing) {
  AtClerk(20);
  clerk_.FreezeListing();
  InCopy(20);
  EXPECT_EQ(Store(StateEvent(NamedUser(Id(3), 5000, "Newer"))), Verdict::kApplied);
  EXPECT_EQ(Store(DeletionEvent(Id(4))), Verdict::kApplied);
  const auto totals = Run({.resume_token = {}, .delete_missing = true});
  ASSERT_THAT(totals, IsOk());
  EXPECT_EQ(totals->applied, 0);
  EXPECT_EQ(Stored(3)->user.first_name, "Newer");
  EXPECT_TRUE(Stored(4)->deleted_at.has_value());
}

// The listing is old: it does not know the user yet. Only the answer about that very user counts.
TEST_F(BackfillTest, AsksForWhomTheListingDoesNotName) {
  AtClerk(40);
  clerk_.FreezeListing();
  clerk_.Add(Numbered(50));
  InCopy(40);
  EXPECT_EQ(Store(StateEvent(Numbered(50))), Verdict::kApplied);
  const auto totals = Run({.resume_token = {}, .delete_missing = true});
  ASSERT_THAT(totals, IsOk());
  EXPECT_EQ(totals->missing, 0);
  EXPECT_EQ(Living(), 41);
  EXPECT_THAT(clerk_.calls(), ::testing::ElementsAre(Id(50)));
}

TEST_F(BackfillTest, OnlyCountsTheMissingUnlessToldToDelete) {
  AtClerk(98);
  InCopy(100);
  const auto counted = Run();
  ASSERT_THAT(counted, IsOk());
  EXPECT_EQ(counted->missing, 2);
  EXPECT_EQ(counted->deleted, 0);
  EXPECT_EQ(Living(), 100);
  const auto deleted = Run({.resume_token = {}, .delete_missing = true});
  ASSERT_THAT(deleted, IsOk());
  EXPECT_EQ(deleted->deleted, 2);
  EXPECT_EQ(Living(), 98);
  EXPECT_TRUE(Stored(99)->deleted_at.has_value());
}

TEST_F(BackfillTest, DeletesNobodyWhenMoreThanFivePercentAreMissing) {
  AtClerk(94);
  InCopy(100);
  EXPECT_THAT(Run({.resume_token = {}, .delete_missing = true}), FailsWith(Code::kFailedPrecondition, "TOO_MANY_DELETIONS"));
  EXPECT_EQ(Living(), 100);
  clerk_.Add(Numbered(94));
  ASSERT_THAT(Run({.resume_token = {}, .delete_missing = true}), IsOk());
  EXPECT_EQ(Living(), 95);
}

TEST_F(BackfillTest, WaitsAsLongAsClerkAsksFor) {
  AtClerk(3);
  for (int i = 0; i < 3; ++i) {
    clerk_.FailOnce({Code::kUnavailable, "CLERK_UNAVAILABLE", "Slower.", {{kRetryAfterMetadata, "7"}}});
  }
  ASSERT_THAT(Run(), IsOk());
  EXPECT_THAT(waits_, SizeIs(3));
  EXPECT_THAT(waits_, Each(milliseconds(7000)));
  EXPECT_EQ(Living(), 3);
}

TEST_F(BackfillTest, GivesUpWhenClerkStaysAwayAndDeletesNobody) {
  InCopy(3);
  for (int i = 0; i < 10; ++i) clerk_.FailOnce({Code::kUnavailable, "CLERK_UNAVAILABLE", "Away.", {}});
  EXPECT_THAT(Run({.resume_token = {}, .delete_missing = true}), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  EXPECT_EQ(Living(), 3);
  EXPECT_THAT(waits_, SizeIs(9));
  EXPECT_EQ(state_.backfills(), 0U);
}

TEST_F(BackfillTest, DoesNotRepeatWhatClerkRefuses) {
  InCopy(3);
  clerk_.FailOnce({Code::kUnavailable, "CLERK_UNAVAILABLE", "Wrong key.", {{kClerkStatusMetadata, "401"}}});
  EXPECT_THAT(Run({.resume_token = {}, .delete_missing = true}), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  EXPECT_THAT(waits_, SizeIs(0));
  EXPECT_EQ(Living(), 3);
}

TEST_F(BackfillTest, DeletesNobodyWhileClerkIsAwayForSingleUsers) {
  AtClerk(40);
  InCopy(41);
  clerk_.SetDown(true);
  EXPECT_THAT(Run({.resume_token = {}, .delete_missing = true}), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  EXPECT_EQ(Living(), 41);
}

TEST_F(BackfillTest, GoesOnWhereItWasInterruptedWithoutForgettingWhomItNamed) {
  AtClerk(300);
  std::string token;
  const auto interrupted = backfill_.Run({.resume_token = {}, .page_size = 100}, stop_.get_token(), [&](const auto& progress) {
    token = progress.resume_token;
    if (progress.done >= 100) stop_.request_stop();
  });
  EXPECT_THAT(interrupted, FailsWith(Code::kCancelled, "CANCELLED"));
  EXPECT_EQ(Living(), 100);
  stop_ = std::stop_source();
  const auto totals = Run({.resume_token = token, .delete_missing = true, .page_size = 100});
  ASSERT_THAT(totals, IsOk());
  EXPECT_EQ(totals->applied, 200);
  EXPECT_THAT(totals->unchanged, ::testing::Le(1));  // the one at the seam
  EXPECT_EQ(totals->missing, 0);
  EXPECT_EQ(Living(), 300);
}

TEST_F(BackfillTest, RefusesATokenOfAnotherInstance) {
  AtClerk(3);
  ASSERT_THAT(Run(), IsOk());
  const std::string token = reports_.front().resume_token;
  EXPECT_THAT(Run({.resume_token = "nonsense"}), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  instance_.Answer(runtime::Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Unknown.", {{kClerkStatusMetadata, "404"}}));
  EXPECT_THAT(Run({.resume_token = token}), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
}

TEST_F(BackfillTest, RefusesAnotherInstanceThanTheCopys) {
  AtClerk(3);
  ASSERT_THAT(pin_.Confirm("ins_other", {}), IsOk());
  EXPECT_THAT(Run(), FailsWith(Code::kFailedPrecondition, "INSTANCE_MISMATCH"));
  EXPECT_EQ(Living(), 0);
}

TEST_F(BackfillTest, RunsOnceAtATime) {
  AtClerk(3);
  lock_.TakeByAnother();
  EXPECT_THAT(Run(), FailsWith(Code::kAborted, "BACKFILL_RUNNING"));
}

TEST_F(BackfillTest, StopsWhenItsLockIsLost) {
  AtClerk(300);
  const auto lost =
      backfill_.Run({.resume_token = {}, .page_size = 100}, stop_.get_token(), [&](const auto&) { lock_.TakeByAnother(); });
  EXPECT_THAT(lost, FailsWith(Code::kAborted, "BACKFILL_RUNNING"));
  EXPECT_EQ(Living(), 100);
}

TEST_F(BackfillTest, EndsOnShutdown) {
  AtClerk(300);
  const auto ended =
      backfill_.Run({.resume_token = {}, .page_size = 100}, stop_.get_token(), [&](const auto&) { backfill_.Shutdown(); });
  EXPECT_THAT(ended, FailsWith(Code::kCancelled, "CANCELLED"));
  EXPECT_EQ(Run().error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace inkwell::users
