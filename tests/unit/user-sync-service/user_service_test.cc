#include "user-sync-service/user_service.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <algorithm>

#include "tests/support/metric_value.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/answers.h"
#include "tests/unit/user-sync-service/apply_event.h"
#include "tests/unit/user-sync-service/fake_clerk_users.h"
#include "tests/unit/user-sync-service/gated_user_repository.h"
#include "tests/unit/user-sync-service/sample_users.h"
#include "user-sync-service/clerk_fetcher.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using inkwell::testing::MetricValue;
using runtime::Code;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Caller Patient() { return {.deadline = runtime::DeadlineAfter(std::chrono::seconds(10))}; }

class UserServiceTest : public ::testing::Test {
 protected:
  UserServiceTest() { options_.event_workers = options_.read_workers = 1; }

  // Applies events one after the other.
  void Store(const UserEvent& event) {
    const UserEvent* const ref = &event;
    ASSERT_THAT(repository_.inner().Apply({&ref, 1}, {}, {}), IsOk());
  }

  // Events that the single worker takes together: they wait while it is busy with another.
  std::vector<runtime::Result<Verdict>> ApplyTogether(UserService& service, const std::vector<UserEvent>& events) {
    Answers<Verdict> first;
    Answers<Verdict> rest;
    repository_.Close();
    Apply(service, StateEvent(SparseUser("user_first", 1)), Patient(), first.Collect());
    EXPECT_TRUE(repository_.WaitForCallers(1));
    for (const UserEvent& event : events) Apply(service, event, Patient(), rest.Collect());
    repository_.Open();
    EXPECT_THAT(first.WaitForOne(), IsOk());
    return rest.Wait(events.size());
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  GatedUserRepository repository_;
  UserService::Options options_;
};

TEST_F(UserServiceTest, AnswersAnEventWithItsVerdict) {
  Answers<Verdict> answers;
  UserService service(repository_, nullptr, metrics_, options_);
  Apply(service, StateEvent(SparseUser("user_a", 1)), Patient(), answers.Collect());
  EXPECT_THAT(answers.WaitForOne(), Holds(Verdict::kApplied));
}

TEST_F(UserServiceTest, TakesWaitingEventsTogetherOncePerUser) {
  UserService service(repository_, nullptr, metrics_, options_);
  const auto answers = ApplyTogether(service, {StateEvent(SparseUser("user_a", 2)), StateEvent(SparseUser("user_a", 1)),
                                               StateEvent(SparseUser("user_b", 1)), StateEvent(SparseUser("user_a", 2))});
  EXPECT_THAT(answers, ElementsAre(Holds(Verdict::kApplied), Holds(Verdict::kOlder), Holds(Verdict::kApplied),
                                   Holds(Verdict::kUnchanged)));
  EXPECT_THAT(repository_.inner().apply_sizes(), ElementsAre(1, 2));
}

TEST_F(UserServiceTest, TakesEventsThatCameTogetherByOneStatement) {
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<Verdict> answers;
  std::vector<EventCall> events;
  for (const char* id : {"user_a", "user_b", "user_c"}) {
    events.push_back({StateEvent(SparseUser(id, 1)), Patient(), answers.Collect()});
  }
  service.Apply(std::move(events));
  EXPECT_THAT(answers.Wait(3), ElementsAre(Holds(Verdict::kApplied), Holds(Verdict::kApplied), Holds(Verdict::kApplied)));
  EXPECT_THAT(repository_.inner().apply_sizes(), ElementsAre(3));
}

TEST_F(UserServiceTest, RefusesThoseOfThemForWhichThereIsNoRoom) {
  options_.capacity = 2;
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<Verdict> taken;
  Answers<Verdict> refused;
  std::vector<EventCall> events;
  events.push_back({StateEvent(SparseUser("user_a", 1)), Patient(), taken.Collect()});
  events.push_back({StateEvent(SparseUser("user_b", 1)), Patient(), taken.Collect()});
  events.push_back({StateEvent(SparseUser("user_c", 1)), Patient(), refused.Collect()});
  service.Apply(std::move(events));
  EXPECT_THAT(refused.WaitForOne(), FailsWith(Code::kUnavailable, "OVERLOADED"));
  for (const auto& answer : taken.Wait(2)) EXPECT_THAT(answer, IsOk());
}

TEST_F(UserServiceTest, BadEventHurtsOnlyItself) {
  repository_.inner().RefuseUser("user_bad");
  UserService service(repository_, nullptr, metrics_, options_);
  const auto answers = ApplyTogether(
      service, {StateEvent(SparseUser("user_a", 1)), StateEvent(SparseUser("user_bad", 1)), StateEvent(SparseUser("user_b", 1))});
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_THAT(answers[0], Holds(Verdict::kApplied));
  EXPECT_THAT(answers[1], FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  EXPECT_THAT(answers[2], Holds(Verdict::kApplied));
}

// The bad one is looked for by halves: so many commits only, although all of a call wait for the last.
TEST_F(UserServiceTest, FindsABadEventAmongManyByFewStatements) {
  repository_.inner().RefuseUser("user_200");
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<Verdict> answers;
  std::vector<EventCall> events;
  for (int i = 0; i < 256; ++i) {
    events.push_back({StateEvent(SparseUser("user_" + std::to_string(i), 1)), Patient(), answers.Collect()});
  }
  service.Apply(std::move(events));
  const auto all = answers.Wait(256);
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const auto& answer) { return answer.has_value(); }), 255);
  EXPECT_LE(repository_.inner().apply_sizes().size(), 17U);
}

TEST_F(UserServiceTest, TellsAllOfABatchThatTheDatabaseIsAway) {
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<Verdict> answers;
  repository_.inner().FailWith(runtime::Error{Code::kUnavailable, "DATABASE_UNAVAILABLE", "Away.", {}});
  repository_.Close();
  for (int i = 0; i < 3; ++i) Apply(service, StateEvent(SparseUser("user_a", i)), Patient(), answers.Collect());
  repository_.Open();
  for (const auto& answer : answers.Wait(3)) EXPECT_THAT(answer, FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
}

TEST_F(UserServiceTest, RefusesAtOnceWhenTheQueueIsFull) {
  options_.capacity = 1;
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<Verdict> waiting;
  Answers<Verdict> refused;
  repository_.Close();
  Apply(service, StateEvent(SparseUser("user_a", 1)), Patient(), waiting.Collect());
  ASSERT_TRUE(repository_.WaitForCallers(1));
  Apply(service, StateEvent(SparseUser("user_b", 1)), Patient(), waiting.Collect());
  Apply(service, StateEvent(SparseUser("user_c", 1)), Patient(), refused.Collect());
  EXPECT_THAT(refused.WaitForOne(), FailsWith(Code::kUnavailable, "OVERLOADED"));
  EXPECT_EQ(MetricValue(registry_, "inkwell_users_queue_depth", {{"queue", "events"}}), 1) << "also while no worker takes any";
  EXPECT_EQ(MetricValue(registry_, "inkwell_users_refused_total", {{"queue", "events"}}), 1);
  repository_.Open();
  for (const auto& answer : waiting.Wait(2)) EXPECT_THAT(answer, IsOk());
  EXPECT_EQ(MetricValue(registry_, "inkwell_users_queue_depth", {{"queue", "events"}}), 0);
}

TEST_F(UserServiceTest, SpendsNoSqlOnCallersThatHaveLeft) {
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<Verdict> events;
  Answers<StoredUser> reads;
  Apply(service, StateEvent(SparseUser("user_a", 1)), {.deadline = runtime::DeadlineAfter(std::chrono::seconds(0))},
        events.Collect());
  Apply(service, StateEvent(SparseUser("user_a", 1)), {.deadline = Patient().deadline, .has_left = [] { return true; }},
        events.Collect());
  service.Get("user_a", Source::kCopy, {.deadline = runtime::DeadlineAfter(std::chrono::seconds(0))}, reads.Collect());
  for (const auto& answer : events.Wait(2)) EXPECT_THAT(answer, FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_THAT(reads.WaitForOne(), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_THAT(repository_.inner().apply_sizes(), IsEmpty());
  EXPECT_EQ(repository_.inner().finds(), 0);
}

TEST_F(UserServiceTest, ReadsWaitingUsersTogether) {
  Store(StateEvent(NamedUser("user_a", 1, "Ada")));
  Store(DeletionEvent("user_gone"));
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<StoredUser> first;
  Answers<StoredUser> rest;
  repository_.Close();
  service.Get("user_a", Source::kCopy, Patient(), first.Collect());
  ASSERT_TRUE(repository_.WaitForCallers(1));
  for (const char* id : {"user_a", "user_gone", "user_unknown", "user_a"}) {
    service.Get(id, Source::kCopy, Patient(), rest.Collect());
  }
  repository_.Open();
  const auto answers = rest.Wait(4);
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0]->user.first_name, "Ada");
  EXPECT_THAT(answers[1], FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_THAT(answers[2], FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_EQ(answers[3]->user.id, "user_a");
  EXPECT_EQ(repository_.inner().finds(), 2);
}

TEST_F(UserServiceTest, WithoutKeyWhoIsNotInTheCopyIsNobody) {
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<StoredUser> just_in_time;
  Answers<StoredUser> fresh;
  service.Get("user_a", Source::kCopyThenClerk, Patient(), just_in_time.Collect());
  service.Get("user_a", Source::kClerk, Patient(), fresh.Collect());
  EXPECT_THAT(just_in_time.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_THAT(fresh.WaitForOne(), FailsWith(Code::kFailedPrecondition, "CLERK_NOT_CONFIGURED"));
}

TEST_F(UserServiceTest, AsksClerkOnlyWhereAskedToAndNotAboutTombstones) {
  FakeClerkUsers clerk;
  clerk.Add(SparseUser("user_a", 1));
  clerk.Add(SparseUser("user_gone", 1));
  Store(DeletionEvent("user_gone"));
  ClerkFetcher fetcher(clerk, repository_, metrics_, {});
  UserService service(repository_, &fetcher, metrics_, options_);
  Answers<StoredUser> copy;
  Answers<StoredUser> tombstone;
  service.Get("user_a", Source::kCopy, Patient(), copy.Collect());
  service.Get("user_gone", Source::kCopyThenClerk, Patient(), tombstone.Collect());
  EXPECT_THAT(copy.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_THAT(tombstone.WaitForOne(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  EXPECT_THAT(clerk.calls(), IsEmpty());

  Answers<StoredUser> just_in_time;
  service.Get("user_a", Source::kCopyThenClerk, Patient(), just_in_time.Collect());
  EXPECT_THAT(just_in_time.WaitForOne(), IsOk());
  EXPECT_THAT(clerk.calls(), ElementsAre("user_a"));
}

TEST_F(UserServiceTest, ListsPageByPage) {
  for (const char* id : {"user_a", "user_b", "user_c"}) Store(StateEvent(SparseUser(id, 1)));
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<UserPage> first;
  Answers<UserPage> last;
  service.List("", 2, Patient(), first.Collect());
  service.List("user_b", 2, Patient(), last.Collect());
  const auto page = first.WaitForOne();
  ASSERT_EQ(page->users.size(), 2U);
  EXPECT_EQ(page->users[1].user.id, "user_b");
  EXPECT_TRUE(page->more);
  ASSERT_EQ(last.WaitForOne()->users.size(), 1U);
  EXPECT_FALSE(last.WaitForOne()->more);
}

TEST_F(UserServiceTest, CutsAPageThatWouldBeTooLargeToSend) {
  for (const char* id : {"user_a", "user_b", "user_c"}) Store(StateEvent(NamedUser(id, 1, std::string(1000, 'x'))));
  options_.max_page_bytes = 2500;
  UserService service(repository_, nullptr, metrics_, options_);
  Answers<UserPage> answers;
  service.List("", 3, Patient(), answers.Collect());
  EXPECT_EQ(answers.WaitForOne()->users.size(), 2U);
  EXPECT_TRUE(answers.WaitForOne()->more);
}

}  // namespace
}  // namespace inkwell::users
