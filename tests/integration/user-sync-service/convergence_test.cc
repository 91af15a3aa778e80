// Whatever the order, the repetition and the parallelism in which Clerk's events arrive, the copy ends the same.
#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <thread>

#include "tests/integration/user-sync-service/users_database_fixture.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/answers.h"
#include "tests/unit/user-sync-service/apply_event.h"
#include "tests/unit/user-sync-service/sample_users.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {
namespace {

using inkwell::testing::IsOk;
using ::testing::Contains;

class ConvergenceTest : public ::testing::Test {
 protected:
  void ApplyEvent(UserEvent event, Answers<Verdict>& answers) {
    Apply(service_, std::move(event), {.deadline = runtime::DeadlineAfter(kPatience)}, answers.Collect());
  }

  UsersDatabase database_{SharedCluster()};
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  Answers<Verdict> answers_;
  UserService service_{database_.repository(), nullptr, metrics_, {.event_workers = 4, .max_batch = 8}};
};

enum class Pace {
  kOneByOne,   // each answer is awaited before the next event: the order is the one meant
  kAllAtOnce,  // the workers and their batches make the order
};

class ConvergenceOfOrders : public ConvergenceTest, public ::testing::WithParamInterface<Pace> {
 protected:
  // Every order of the events, each with a repetition, on a user of its own.
  template <typename EventsOf>
  std::vector<std::string> ApplyInEveryOrder(const std::string& prefix, std::size_t count, EventsOf&& events_of) {
    std::vector<std::string> ids;
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    do {
      ids.push_back(prefix + std::to_string(ids.size()));
      const std::vector<UserEvent> events = events_of(ids.back());
      for (const std::size_t i : order) {
        ApplyNext(events[i]);
        ApplyNext(events[order[0]]);
        if (HasFatalFailure()) return ids;
      }
    } while (std::next_permutation(order.begin(), order.end()));
    for (const auto& answer : answers_.Wait(ids.size() * count * 2)) EXPECT_THAT(answer, IsOk());
    return ids;
  }

 private:
  void ApplyNext(const UserEvent& event) {
    ApplyEvent(event, answers_);
    ++applied_;
    if (GetParam() == Pace::kAllAtOnce) return;
    const auto answers = answers_.Wait(applied_);
    ASSERT_EQ(answers.size(), applied_);
    const auto [stored, is_new] = stored_.try_emplace(UserIdOf(event), event);
    const Verdict expected = is_new ? Verdict::kApplied : Decide(RankOf(stored->second), RankOf(event));
    EXPECT_THAT(answers.back(), Holds(expected)) << stored->first;
    if (expected == Verdict::kApplied) stored->second = event;
  }

  std::size_t applied_ = 0;
  std::map<std::string, UserEvent> stored_;
};

INSTANTIATE_TEST_SUITE_P(Paces, ConvergenceOfOrders, ::testing::Values(Pace::kOneByOne, Pace::kAllAtOnce),
                         [](const auto& instance) { return instance.param == Pace::kOneByOne ? "OneByOne" : "AllAtOnce"; });

TEST_P(ConvergenceOfOrders, DeletionIsTheEndInEveryOrder) {
  const auto ids = ApplyInEveryOrder("user_deleted_", 4, [](const std::string& id) {
    return std::vector{StateEvent(SparseUser(id, 1)), StateEvent(NamedUser(id, 2, "Ada")), StateEvent(NamedUser(id, 2, "Grace")),
                       DeletionEvent(id)};
  });
  ASSERT_EQ(ids.size(), 24U);
  for (const auto& id : ids) EXPECT_TRUE(database_.Find(id).value().deleted_at.has_value()) << id;
}

TEST_P(ConvergenceOfOrders, NewestVersionStaysInEveryOrderAndEqualOnesAreDecidedAlike) {
  const auto events_of = [](const std::string& id) {
    return std::vector{StateEvent(SparseUser(id, 1)), StateEvent(NamedUser(id, 2, "Ada")), StateEvent(NamedUser(id, 2, "Grace")),
                       StateEvent(SparseUser(id, 2))};
  };
  const auto ids = ApplyInEveryOrder("user_alive_", 4, events_of);
  ASSERT_EQ(ids.size(), 24U);
  for (const auto& id : ids) {
    const auto events = events_of(id);
    const auto winner = std::max_element(events.begin(), events.end(),
                                         [](const UserEvent& a, const UserEvent& b) { return RankOf(a) < RankOf(b); });
    EXPECT_EQ(database_.Find(id).value().user.first_name, std::get<UserState>(*winner).user.first_name) << id;
  }
}

TEST_F(ConvergenceTest, OneEventFiftyTimesAtOnceIsAppliedOnce) {
  const UserEvent event = StateEvent(NamedUser("user_a", 1, "Ada"));
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 50; ++i) callers.emplace_back([&] { ApplyEvent(event, answers_); });
  }
  const auto answers = answers_.Wait(50);
  ASSERT_EQ(answers.size(), 50U);
  EXPECT_THAT(answers, Contains(Holds(Verdict::kApplied)).Times(1));
  EXPECT_THAT(answers, Contains(Holds(Verdict::kUnchanged)).Times(49));
}

// 2,000 events about 300 users, a fifth of them repetitions, from 8 threads, in an order that differs in each run.
TEST_F(ConvergenceTest, ShuffledStormEqualsTheOracle) {
  std::mt19937 random(std::random_device{}());
  std::vector<UserEvent> events;
  std::map<std::string, UserEvent> oracle;
  for (int i = 0; i < 1600; ++i) {
    const std::string id = "user_" + std::to_string(random() % 300);
    const auto version = static_cast<std::int64_t>(random() % 20);
    events.push_back(random() % 20 == 0 ? DeletionEvent(id)
                                        : StateEvent(NamedUser(id, version, "v" + std::to_string(random() % 3))));
    const auto [known, is_new] = oracle.try_emplace(id, events.back());
    if (!is_new && Decide(RankOf(known->second), RankOf(events.back())) == Verdict::kApplied) known->second = events.back();
  }
  for (int i = 0; i < 400; ++i) events.push_back(events[random() % 1600]);
  std::shuffle(events.begin(), events.end(), random);
  {
    std::vector<std::jthread> callers;
    for (std::size_t thread = 0; thread < 8; ++thread) {
      callers.emplace_back([&, thread] {
        for (std::size_t i = thread; i < events.size(); i += 8) ApplyEvent(events[i], answers_);
      });
    }
  }
  const auto answers = answers_.Wait(events.size());
  ASSERT_EQ(answers.size(), 2000U);
  for (const auto& answer : answers) ASSERT_THAT(answer, IsOk());

  EXPECT_EQ(database_.Sql("SELECT count(*) FROM users.users"), std::to_string(oracle.size()));
  for (const auto& [id, event] : oracle) {
    const auto stored = database_.Find(id);
    ASSERT_TRUE(stored.has_value()) << id;
    const auto* state = std::get_if<UserState>(&event);
    EXPECT_EQ(stored->deleted_at.has_value(), state == nullptr) << id;
    if (state == nullptr) continue;
    EXPECT_EQ(stored->user.updated_at, state->user.updated_at) << id;
    EXPECT_EQ(stored->user.first_name, state->user.first_name) << id;
  }
}

}  // namespace
}  // namespace inkwell::users
