#include "user-sync-service/clerk_fetcher.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <atomic>
#include <thread>

#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/answers.h"
#include "tests/unit/user-sync-service/fake_clerk_users.h"
#include "tests/unit/user-sync-service/fake_user_repository.h"
#include "tests/unit/user-sync-service/sample_users.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Mode = ClerkFetcher::Mode;

class ClerkFetcherTest : public ::testing::Test {
 protected:
  ClerkFetcherTest() {
    options_.now = [this] { return std::chrono::steady_clock::time_point(now_.load()); };
  }

  Verdict Store(const UserEvent& event) {
    const UserEvent* const ref = &event;
    return copy_.Apply({&ref, 1}, {}, {}).value().at(0);
  }
  std::optional<StoredUser> Stored(const std::string& id) {
    const auto found = copy_.Find({&id, 1}, {}).value();
    return found.empty() ? std::nullopt : std::optional(found.front());
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeUserRepository copy_;
  FakeClerkUsers clerk_;
  ClerkFetcher::Options options_;
  std::atomic<std::chrono::steady_clock::duration> now_{std::chrono::hours(1)};
};

TEST_F(ClerkFetcherTest, StoresWhatClerkTellsAndAnswersIt) {
  clerk_.Add(NamedUser("user_a", 7, "Ada"));
  Answers<StoredUser> answers;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kIfMissing, answers.Collect());
  EXPECT_EQ(answers.WaitForOne()->user.first_name, "Ada");
  ASSERT_TRUE(Stored("user_a").has_value());
  EXPECT_EQ(Stored("user_a")->user.updated_at, AtMs(7));
}

TEST_F(ClerkFetcherTest, FiftyCallersAtOnceCostOneCall) {
  clerk_.Add(SparseUser("user_a", 7));
  clerk_.Hold(true);
  Answers<StoredUser> answers;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 50; ++i) {
      callers.emplace_back([&] { fetcher.Fetch("user_a", Mode::kIfMissing, answers.Collect()); });
    }
  }
  clerk_.Hold(false);
  const auto all = answers.Wait(50);
  EXPECT_THAT(all, SizeIs(50));
  for (const auto& answer : all) EXPECT_THAT(answer, IsOk());
  EXPECT_THAT(clerk_.calls(), ElementsAre("user_a"));
}

// A caller whose look into the copy is older than the flight before must not cause a second call.
TEST_F(ClerkFetcherTest, LooksIntoTheCopyBeforeItAsksClerk) {
  EXPECT_EQ(Store(StateEvent(SparseUser("user_a", 7))), Verdict::kApplied);
  Answers<StoredUser> answers;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kIfMissing, answers.Collect());
  EXPECT_THAT(answers.WaitForOne(), IsOk());
  EXPECT_THAT(clerk_.calls(), IsEmpty());
}

TEST_F(ClerkFetcherTest, BelievesNoAbsenceOfAClerkThatIsNotTheCopys) {
  Answers<StoredUser> first;
  Answers<StoredUser> second;
  std::atomic<bool> believes = false;
  options_.believes_absence = [&] { return believes.load(); };
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kAlways, first.Collect());
  EXPECT_THAT(first.WaitForOne(), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  believes = true;
  fetcher.Fetch("user_a", Mode::kIfMissing, second.Collect());
  EXPECT_THAT(second.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_THAT(clerk_.calls(), SizeIs(2)) << "nothing was remembered";
}

TEST_F(ClerkFetcherTest, BelievesForASecondThatClerkDoesNotKnowAUser) {
  Answers<StoredUser> first;
  Answers<StoredUser> second;
  Answers<StoredUser> later;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kIfMissing, first.Collect());
  EXPECT_THAT(first.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  clerk_.Add(SparseUser("user_a", 1));
  fetcher.Fetch("user_a", Mode::kIfMissing, second.Collect());
  EXPECT_THAT(second.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_THAT(clerk_.calls(), SizeIs(1));

  now_ = now_.load() + std::chrono::milliseconds(1000);
  fetcher.Fetch("user_a", Mode::kIfMissing, later.Collect());
  EXPECT_THAT(later.WaitForOne(), IsOk());
  EXPECT_THAT(clerk_.calls(), SizeIs(2));
}

TEST_F(ClerkFetcherTest, DoesNotRememberThatClerkWasAway) {
  clerk_.Add(SparseUser("user_a", 1));
  clerk_.SetDown(true);
  Answers<StoredUser> first;
  Answers<StoredUser> second;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kIfMissing, first.Collect());
  EXPECT_THAT(first.WaitForOne(), FailsWith(Code::kUnavailable, "CLERK_UNAVAILABLE"));
  clerk_.SetDown(false);
  fetcher.Fetch("user_a", Mode::kIfMissing, second.Collect());
  EXPECT_THAT(second.WaitForOne(), IsOk());
}

TEST_F(ClerkFetcherTest, AlwaysAsksClerkWhenAFreshAnswerIsWanted) {
  EXPECT_EQ(Store(StateEvent(NamedUser("user_a", 1, "Old"))), Verdict::kApplied);
  clerk_.Add(NamedUser("user_a", 2, "New"));
  Answers<StoredUser> answers;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kAlways, answers.Collect());
  EXPECT_EQ(answers.WaitForOne()->user.first_name, "New");
}

// Who asks after a change at Clerk must not get an answer that Clerk gave before it.
TEST_F(ClerkFetcherTest, JoinsNoFreshFlightThatHasBegun) {
  clerk_.Add(SparseUser("user_a", 1));
  clerk_.Hold(true);
  Answers<StoredUser> answers;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kAlways, answers.Collect());
  ASSERT_TRUE(clerk_.WaitForCalls(1));
  fetcher.Fetch("user_a", Mode::kAlways, answers.Collect());
  clerk_.Hold(false);
  EXPECT_THAT(answers.Wait(2), SizeIs(2));
  EXPECT_THAT(clerk_.calls(), SizeIs(2));
}

TEST_F(ClerkFetcherTest, AnswersTheCopyWhenItIsNewerThanClerksAnswer) {
  EXPECT_EQ(Store(StateEvent(NamedUser("user_a", 9, "Newer"))), Verdict::kApplied);
  clerk_.Add(NamedUser("user_a", 5, "Stale"));
  Answers<StoredUser> answers;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kAlways, answers.Collect());
  EXPECT_EQ(answers.WaitForOne()->user.first_name, "Newer");
}

TEST_F(ClerkFetcherTest, RevivesNoTombstone) {
  EXPECT_EQ(Store(DeletionEvent("user_a")), Verdict::kApplied);
  clerk_.Add(SparseUser("user_a", 5));
  Answers<StoredUser> fresh;
  Answers<StoredUser> just_in_time;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kAlways, fresh.Collect());
  fetcher.Fetch("user_a", Mode::kIfMissing, just_in_time.Collect());
  EXPECT_THAT(fresh.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_THAT(just_in_time.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_TRUE(Stored("user_a")->deleted_at.has_value());
}

TEST_F(ClerkFetcherTest, AnswersNoUserThatIsNotStored) {
  clerk_.Add(SparseUser("user_a", 5));
  copy_.FailWith(runtime::Error{Code::kUnavailable, "DATABASE_UNAVAILABLE", "Away.", {}});
  Answers<StoredUser> answers;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kAlways, answers.Collect());
  EXPECT_THAT(answers.WaitForOne(), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
}

TEST_F(ClerkFetcherTest, RefusesWhenTooMuchIsWaiting) {
  options_.workers = 1;
  options_.capacity = 1;
  options_.max_waiters = 1;
  clerk_.Add(SparseUser("user_a", 1));
  clerk_.Add(SparseUser("user_b", 1));
  clerk_.Hold(true);
  Answers<StoredUser> accepted;
  Answers<StoredUser> refused;
  ClerkFetcher fetcher(clerk_, copy_, metrics_, options_);
  fetcher.Fetch("user_a", Mode::kIfMissing, accepted.Collect());
  ASSERT_TRUE(clerk_.WaitForCalls(1));
  fetcher.Fetch("user_b", Mode::kIfMissing, accepted.Collect());
  fetcher.Fetch("user_c", Mode::kIfMissing, refused.Collect());
  fetcher.Fetch("user_a", Mode::kIfMissing, refused.Collect());
  for (const auto& answer : refused.Wait(2)) EXPECT_THAT(answer, FailsWith(Code::kUnavailable, "OVERLOADED"));
  clerk_.Hold(false);
  for (const auto& answer : accepted.Wait(2)) EXPECT_THAT(answer, IsOk());
}

}  // namespace
}  // namespace inkwell::users
