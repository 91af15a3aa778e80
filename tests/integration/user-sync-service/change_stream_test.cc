// The change stream on a real PostgreSQL: feed, repository and listener together.
#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "tests/integration/user-sync-service/open_transaction.h"
#include "tests/integration/user-sync-service/users_database_fixture.h"
#include "tests/support/eventually.h"
#include "tests/unit/user-sync-service/recording_sink.h"
#include "tests/unit/user-sync-service/sample_users.h"
#include "user-sync-service/postgres_change_listener.h"

namespace inkwell::users {
namespace {

using inkwell::testing::Eventually;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ChangeStreamTest : public ::testing::Test {
 protected:
  // The cursor of a consumer that has read all there is.
  std::string CursorAtTheEnd(UsersDatabase& database) {
    ChangeFeed feed(database.repository(), metrics_, {});
    RecordingSink sink(feed);
    sink.Open();
    sink.NextUntilCaughtUp();
    sink.Cancel();
    EXPECT_TRUE(sink.WaitForEnd().has_value());
    return sink.last_cursor();
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  UsersDatabase database_{SharedCluster()};
};

TEST_F(ChangeStreamTest, DeliversAllAfterATransactionThatWasOpenMeanwhileEnds) {
  ChangeFeed feed(database_.repository(), metrics_, {.poll = std::chrono::hours(1)});
  const PostgresChangeListener listener(database_.url(), [&] { feed.Wake(); });
  RecordingSink sink(feed);
  sink.Open();
  EXPECT_THAT(sink.NextUntilCaughtUp(), IsEmpty());

  OpenTransaction slow(database_.url());
  slow.Run(InsertTombstone("user_slow"));
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_quick", 1))), Verdict::kApplied);
  EXPECT_FALSE(sink.Next(std::chrono::milliseconds(100)).has_value());
  slow.Commit();  // without NOTIFY: the feed must look by itself
  EXPECT_THAT(sink.NextUntilCaughtUp(), ElementsAre("user_slow", "user_quick"));

  sink.Cancel();
  EXPECT_TRUE(sink.WaitForEnd().has_value());
}

TEST_F(ChangeStreamTest, ResumesFromItsCursor) {
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  const std::string cursor = CursorAtTheEnd(database_);
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_b", 1))), Verdict::kApplied);
  ASSERT_EQ(database_.Apply(DeletionEvent("user_a")), Verdict::kApplied);

  ChangeFeed feed(database_.repository(), metrics_, {});
  RecordingSink sink(feed);
  sink.OpenAt(cursor);
  EXPECT_THAT(sink.NextUntilCaughtUp(), ElementsAre("user_b", "user_a"));
  sink.Cancel();
  EXPECT_TRUE(sink.WaitForEnd().has_value());
}

TEST_F(ChangeStreamTest, RefusesACursorOfAnotherCluster) {
  testing::PostgresCluster other_cluster;
  UsersDatabase other(other_cluster);
  ChangeFeed feed(database_.repository(), metrics_, {});
  RecordingSink sink(feed);
  sink.OpenAt(CursorAtTheEnd(other));
  EXPECT_EQ(sink.WaitForEnd().value().reason, "CURSOR_INVALID");
}

// As `pg_dump -n users -c` of the same database, restored: system, timeline and database are the same, and no transaction is
// ahead.
TEST_F(ChangeStreamTest, RefusesACursorWhoseChangeARestoreHasUndone) {
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  const std::string in_dump = CursorAtTheEnd(database_);
  database_.Sql("CREATE TABLE dump AS SELECT * FROM users.users");
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 2))), Verdict::kApplied);
  const std::string older_row = CursorAtTheEnd(database_);
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_b", 1))), Verdict::kApplied);
  const std::string no_row = CursorAtTheEnd(database_);
  database_.Sql("DELETE FROM users.users; INSERT INTO users.users SELECT * FROM dump");

  ChangeFeed feed(database_.repository(), metrics_, {});
  for (const std::string& cursor : {older_row, no_row}) {
    RecordingSink sink(feed);
    sink.OpenAt(cursor);
    EXPECT_EQ(sink.WaitForEnd().value().reason, "CURSOR_INVALID");
  }
  RecordingSink sink(feed);
  sink.OpenAt(in_dump);
  EXPECT_THAT(sink.NextUntilCaughtUp(), IsEmpty());
  sink.Cancel();
  EXPECT_TRUE(sink.WaitForEnd().has_value());
}

// Consumers that follow while many write must end with every user, each with its last state.
TEST_F(ChangeStreamTest, LosesNothingWhileManyWrite) {
  ChangeFeed feed(database_.repository(), metrics_, {.page_size = 7, .poll = std::chrono::milliseconds(100)});
  const PostgresChangeListener listener(database_.url(), [&] { feed.Wake(); });
  RecordingSink sink(feed);
  sink.Open();
  std::map<std::string, std::int64_t> seen;
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 6; ++writer) {
      writers.emplace_back([&, writer] {
        std::mt19937 random(static_cast<std::mt19937::result_type>(writer));
        for (int i = 0; i < 50; ++i) {
          // Of users of its own, so that every write is a change.
          database_.Apply(StateEvent(SparseUser("user_" + std::to_string(writer) + "_" + std::to_string(random() % 20), i)));
        }
      });
    }
    for (bool caught_up = false; !caught_up || seen.size() < 60;) {
      const auto batch = sink.Next();
      ASSERT_TRUE(batch.has_value());
      for (const auto& user : batch->users) seen[user.user.id] = user.user.updated_at.time_since_epoch().count();
      caught_up = batch->caught_up;
    }
  }
  const auto expected =
      database_.Sql("SELECT string_agg(clerk_id || '=' || clerk_updated_at, ' ' ORDER BY clerk_id) FROM users.users");
  const auto as_text = [&] {
    std::string text;
    for (const auto& [id, version] : seen) text += (text.empty() ? "" : " ") + id + "=" + std::to_string(version);
    return text;
  };
  EXPECT_TRUE(Eventually([&] {
    if (const auto batch = sink.Next(std::chrono::milliseconds(0))) {
      for (const auto& user : batch->users) seen[user.user.id] = user.user.updated_at.time_since_epoch().count();
    }
    return as_text() == expected;
  }));
  feed.Shutdown();
  while (sink.Next(std::chrono::milliseconds(0))) {
  }
  EXPECT_TRUE(sink.WaitForEnd().has_value());
}

TEST_F(ChangeStreamTest, ListenerIsWokenByEveryBatchThatChangedSomething) {
  std::atomic<int> wakes{0};
  const PostgresChangeListener listener(database_.url(), [&] { ++wakes; });
  ASSERT_TRUE(Eventually([&] { return wakes == 1; }));  // once connected
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  EXPECT_TRUE(Eventually([&] { return wakes == 2; }));
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kUnchanged);
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_b", 1))), Verdict::kApplied);
  EXPECT_TRUE(Eventually([&] { return wakes == 3; }));
}

TEST(PostgresChangeListenerTest, ListensAgainAfterPostgresWasRestarted) {
  testing::PostgresCluster cluster;
  UsersDatabase database(cluster);
  std::atomic<int> wakes{0};
  const PostgresChangeListener listener(database.url(), [&] { ++wakes; });
  ASSERT_TRUE(Eventually([&] { return wakes == 1; }));
  cluster.Restart();
  ASSERT_TRUE(Eventually([&] { return wakes == 2; }));
  cluster.Execute("postgres", "SELECT 1");
  database.Sql("NOTIFY inkwell_users");
  EXPECT_TRUE(Eventually([&] { return wakes == 3; }));
}

TEST(PostgresChangeListenerTest, StopsAlsoWithoutADatabase) {
  const auto begin = std::chrono::steady_clock::now();
  {
    const PostgresChangeListener listener("postgresql://nobody@127.0.0.1:1/none", [] {});
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace inkwell::users
