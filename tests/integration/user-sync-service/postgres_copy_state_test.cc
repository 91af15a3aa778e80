#include "user-sync-service/postgres_copy_state.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/user-sync-service/users_database_fixture.h"
#include "tests/support/eventually.h"
#include "tests/unit/user-sync-service/fake_parts.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/postgres_run_lock.h"

namespace inkwell::users {
namespace {

using inkwell::testing::Eventually;
using runtime::DeadlineAfter;

TEST(PostgresCopyStateTest, ManyWhoPinAtOnceAgree) {
  UsersDatabase database(SharedCluster());
  PostgresCopyState state(database.database());
  EXPECT_EQ(state.PinnedInstance(DeadlineAfter(kPatience)).value(), std::nullopt);
  std::vector<std::string> answers(16);
  {
    std::vector<std::jthread> replicas;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      replicas.emplace_back(
          [&, i] { answers[i] = state.PinInstance("ins_" + std::to_string(i), DeadlineAfter(kPatience)).value_or("failed"); });
    }
  }
  EXPECT_EQ(std::set<std::string>(answers.begin(), answers.end()).size(), 1U);
  EXPECT_EQ(state.PinnedInstance(DeadlineAfter(kPatience)).value(), answers[0]);
}

TEST(PostgresCopyStateTest, KeepsEachAliasOnceForAllReplicas) {
  UsersDatabase database(SharedCluster());
  PostgresCopyState state(database.database());
  PostgresCopyState other(database.database());
  EXPECT_TRUE(state.InstanceAliases(DeadlineAfter(kPatience)).value().empty());
  ASSERT_TRUE(state.AddInstanceAliases({"ins_a", "ins_b"}, DeadlineAfter(kPatience)).has_value());
  ASSERT_TRUE(other.AddInstanceAliases({"ins_b", "ins_c"}, DeadlineAfter(kPatience)).has_value());
  EXPECT_THAT(state.InstanceAliases(DeadlineAfter(kPatience)).value(),
              ::testing::UnorderedElementsAre("ins_a", "ins_b", "ins_c"));
}

TEST(PostgresCopyStateTest, ReplicasFollowTheirInstanceThroughARotationOfItsKeys) {
  UsersDatabase database(SharedCluster());
  prometheus::Registry registry;
  Metrics metrics(registry);
  FakeClerkInstance clerk;
  clerk.AnswerKeyIds(std::vector<std::string>{"ins_first", "ins_rotated"});
  PostgresCopyState state(database.database());
  InstancePin before(state, &clerk, metrics);
  ASSERT_TRUE(before.Confirm("ins_first", DeadlineAfter(kPatience)).has_value());
  EXPECT_TRUE(before.Confirm("ins_rotated", DeadlineAfter(kPatience)).has_value());

  // A replica that starts after the rotation, with a key set that has no name of the first one, and one that cannot ask.
  clerk.Answer(std::string("ins_named_anew"));
  clerk.AnswerKeyIds(std::vector<std::string>{"ins_rotated"});
  InstancePin after(state, &clerk, metrics);
  EXPECT_EQ(after.JudgeKey(DeadlineAfter(kPatience)).value(), KeyStanding::kConfirmed);
  InstancePin without_clerk(state, nullptr, metrics);
  for (const char* name : {"ins_first", "ins_rotated", "ins_named_anew"}) {
    EXPECT_TRUE(without_clerk.Confirm(name, DeadlineAfter(kPatience)).has_value()) << name;
  }
  EXPECT_EQ(without_clerk.Confirm("ins_other", DeadlineAfter(kPatience)).error().reason, "INSTANCE_MISMATCH");
}

TEST(PostgresCopyStateTest, KnowsWhenTheLastBackfillEnded) {
  UsersDatabase database(SharedCluster());
  PostgresCopyState state(database.database());
  ASSERT_TRUE(
      state.NoteBackfill({.applied = 1, .unchanged = 2, .missing = 3, .deleted = 4}, DeadlineAfter(kPatience)).has_value());
  database.Sql("UPDATE users.backfills SET finished_at = finished_at - interval '1 hour'");
  const auto since = state.SinceBackfill(DeadlineAfter(kPatience)).value();
  EXPECT_GE(since, std::chrono::hours(1));
  EXPECT_LT(since, std::chrono::hours(1) + kPatience);
  EXPECT_EQ(database.Sql("SELECT missing || ' ' || deleted FROM users.backfills"), "3 4");
}

// Else a program that is restarted more often than it reconciles never would.
TEST(PostgresCopyStateTest, CountsFromTheFirstMigrationWhileNoBackfillHasEnded) {
  UsersDatabase database(SharedCluster());
  PostgresCopyState state(database.database());
  EXPECT_LT(state.SinceBackfill(DeadlineAfter(kPatience)).value(), kPatience);
  database.Sql("UPDATE users.schema_migrations SET applied_at = applied_at - interval '1 day' WHERE number = 1");
  EXPECT_GE(state.SinceBackfill(DeadlineAfter(kPatience)).value(), std::chrono::hours(24));
}

TEST(PostgresRunLockTest, IsOneOverAllConnections) {
  UsersDatabase database(SharedCluster());
  PostgresRunLock here(database.url());
  PostgresRunLock elsewhere(database.url());
  auto lease = here.TryAcquire().value();
  ASSERT_NE(lease, nullptr);
  EXPECT_TRUE(lease->Held());
  EXPECT_EQ(elsewhere.TryAcquire().value(), nullptr);
  lease.reset();
  EXPECT_TRUE(Eventually([&] { return elsewhere.TryAcquire().value() != nullptr; }));
}

TEST(PostgresRunLockTest, NoticesThatItIsLost) {
  UsersDatabase database(SharedCluster());
  PostgresRunLock lock(database.url());
  const auto lease = lock.TryAcquire().value();
  ASSERT_NE(lease, nullptr);
  database.Sql(
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
      " (SELECT oid FROM pg_database WHERE datname = current_database())");
  EXPECT_TRUE(Eventually([&] { return !lease->Held(); }));
}

TEST(PostgresRunLockTest, SaysThatTheDatabaseIsAway) {
  PostgresRunLock lock("postgresql://nobody@127.0.0.1:1/none");
  EXPECT_EQ(lock.TryAcquire().error().reason, "DATABASE_UNAVAILABLE");
}

}  // namespace
}  // namespace inkwell::users
