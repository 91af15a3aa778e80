#include "user-sync-service/postgres_user_repository.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "tests/integration/user-sync-service/open_transaction.h"
#include "tests/integration/user-sync-service/users_database_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/sample_users.h"
#include "tests/unit/user-sync-service/user_repository_contract.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using runtime::Code;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The repository and what it borrows from.
std::shared_ptr<UserRepository> MakePostgresRepository() {
  auto database = std::make_shared<UsersDatabase>(SharedCluster(), 2);
  return {database, &database->repository()};
}
INSTANTIATE_TEST_SUITE_P(Postgres, UserRepositoryContract, ::testing::Values(RepositoryMaker(MakePostgresRepository)));

class PostgresUserRepositoryTest : public ::testing::Test {
 protected:
  std::vector<std::string> ChangedIds(const ChangePosition& after = {}) {
    page_ = database_.repository().ReadChanges(after, 100, runtime::DeadlineAfter(kPatience)).value();
    std::vector<std::string> ids;
    for (const auto& change : page_.changes) ids.push_back(change.user.user.id);
    return ids;
  }
  [[nodiscard]] ChangePosition EndOfPage() const { return {page_.changes.back().transaction, page_.changes.back().user.user.id}; }

  UsersDatabase database_{SharedCluster()};
  ChangePage page_;
};

TEST_F(PostgresUserRepositoryTest, LosesNoChangeWhoseTransactionBeganEarlierAndCommittedLater) {
  OpenTransaction slow(database_.url());
  slow.Run(InsertTombstone("user_slow"));
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_quick", 1))), Verdict::kApplied);

  EXPECT_THAT(ChangedIds(), IsEmpty());
  EXPECT_TRUE(page_.held_back);

  slow.Commit();
  EXPECT_THAT(ChangedIds(), ElementsAre("user_slow", "user_quick"));
  EXPECT_FALSE(page_.held_back);
  EXPECT_THAT(ChangedIds(EndOfPage()), IsEmpty());
}

TEST_F(PostgresUserRepositoryTest, IsHeldBackByAnyOpenWriterOfTheCluster) {
  UsersDatabase other(SharedCluster());
  OpenTransaction writer(other.url());
  writer.Run(InsertTombstone("user_other"));
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  EXPECT_THAT(ChangedIds(), IsEmpty());
  EXPECT_TRUE(page_.held_back);
  writer.Commit();
  EXPECT_THAT(ChangedIds(), ElementsAre("user_a"));
}

TEST_F(PostgresUserRepositoryTest, IsNotHeldBackByAnOpenReader) {
  OpenTransaction reader(database_.url());
  reader.Run("SELECT count(*) FROM users.users");
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  EXPECT_THAT(ChangedIds(), ElementsAre("user_a"));
}

// Statements are prepared while the tables are empty, and their connections live for long.
TEST(PostgresUserRepositoryPlansTest, NoRequestReadsAWholeTable) {
  std::optional<UsersDatabase> database(std::in_place, SharedCluster(), 1);
  const auto run_all = [&](int round) {
    UserRepository& repository = database->repository();
    const auto deadline = runtime::DeadlineAfter(kPatience);
    for (int i = 0; i < 20; ++i) {
      const UserMessage message(StateEvent(SparseUser("user_" + std::to_string(i), round)));
      const UserEvent* const event = &message.event;
      const ChangeNote note = NoteOf(message);
      ASSERT_TRUE(repository.Apply({&event, 1}, {&note, 1}, deadline));
    }
    const std::string id = "user_1";
    ASSERT_TRUE(repository.Find({&id, 1}, deadline));
    ASSERT_TRUE(repository.Explain(id, deadline));
    ASSERT_TRUE(repository.List(id, 5, deadline));
    ASSERT_TRUE(repository.ReadChanges({}, 5, deadline));
  };
  for (int round = 1; round <= 3; ++round) run_all(round);
  const std::string name = database->name();
  database.reset();  // a server process reports what it read when it ends
  const auto sum = [&](const std::string& column) {
    return SharedCluster().Execute(
        name,
        "SELECT sum(" + column + ") FROM pg_stat_user_tables WHERE schemaname = 'users' AND relname IN ('users', 'changes')");
  };
  ASSERT_TRUE(testing::Eventually([&] { return sum("n_tup_ins") == "80"; }));  // 20 users, and 3 notes of each
  EXPECT_EQ(sum("seq_tup_read"), "0");
}

TEST_F(PostgresUserRepositoryTest, NamesDatabasesApart) {
  UsersDatabase other(SharedCluster());
  ChangedIds();
  const auto page = other.repository().ReadChanges({}, 1, runtime::DeadlineAfter(kPatience)).value();
  EXPECT_NE(page.database, page_.database);
}

TEST_F(PostgresUserRepositoryTest, StampsAnewWhatADumpBroughtFromAheadOfTheCluster) {
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  ASSERT_EQ(database_.Apply(StateEvent(SparseUser("user_b", 1))), Verdict::kApplied);
  database_.Sql("UPDATE users.users SET change_xid = '1000000000000' WHERE clerk_id = 'user_a'");
  EXPECT_THAT(ChangedIds(), ElementsAre("user_b"));
  EXPECT_EQ(database_.repository().RestampRestoredChanges(runtime::DeadlineAfter(kPatience)).value(), 1);
  EXPECT_THAT(ChangedIds(), ElementsAre("user_b", "user_a"));
  EXPECT_EQ(database_.repository().RestampRestoredChanges(runtime::DeadlineAfter(kPatience)).value(), 0);
}

TEST_F(PostgresUserRepositoryTest, RefusesTextThatIsNotUtf8) {
  auto event = StateEvent(SparseUser("user_a", 1));
  std::get<UserState>(event).user.first_name = "\xff";
  const UserEvent* const ref = &event;
  EXPECT_THAT(database_.repository().Apply({&ref, 1}, {}, runtime::DeadlineAfter(kPatience)),
              FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
}

TEST_F(PostgresUserRepositoryTest, LetsAnEmailAddressMoveToAnotherUser) {
  ASSERT_EQ(database_.Apply(StateEvent(NamedUser("user_first", 1, "Ada"))), Verdict::kApplied);
  ASSERT_EQ(database_.Apply(DeletionEvent("user_first")), Verdict::kApplied);
  ASSERT_EQ(database_.Apply(StateEvent(NamedUser("user_second", 2, "Ada"))), Verdict::kApplied);
  ASSERT_EQ(database_.Apply(StateEvent(NamedUser("user_third", 3, "Ada"))), Verdict::kApplied);
  EXPECT_EQ(database_.Sql("SELECT string_agg(clerk_id, ' ' ORDER BY clerk_id) FROM users.users"
                          " WHERE email = 'someone@example.com'"),
            "user_second user_third");
}

TEST_F(PostgresUserRepositoryTest, SchemaHoldsRowsBetweenLivingAndErasedImpossible) {
  ASSERT_EQ(database_.Apply(StateEvent(NamedUser("user_a", 1, "Ada"))), Verdict::kApplied);
  const auto violates = [&](const std::string& change) {
    database_.Sql("CREATE TABLE IF NOT EXISTS outcome (violated text); DELETE FROM outcome; DO $$ BEGIN UPDATE users.users SET " +
                  change + "; EXCEPTION WHEN check_violation THEN INSERT INTO outcome VALUES ('yes'); END $$");
    return database_.Sql("SELECT violated FROM outcome") == "yes";
  };
  EXPECT_TRUE(violates("deleted_at = now()"));
  EXPECT_TRUE(violates("public_metadata = NULL"));
  EXPECT_TRUE(violates("content_hash = 'x'"));
  EXPECT_TRUE(violates("clerk_id = repeat('x', 129)"));
  EXPECT_FALSE(violates("email = NULL"));
}

TEST_F(PostgresUserRepositoryTest, DropsNotesThatAreNotToldAnyMore) {
  for (int i = 0; i < 200; ++i) {
    const UserMessage message(StateEvent(SparseUser("user_a", i)), {ChangeSource::kWebhook, "msg"});
    const UserEvent* const event = &message.event;
    const ChangeNote note = NoteOf(message);
    ASSERT_TRUE(database_.repository().Apply({&event, 1}, {&note, 1}, runtime::DeadlineAfter(kPatience)).has_value());
  }
  const auto kept = std::stoi(database_.Sql("SELECT count(*) FROM users.changes"));
  EXPECT_GE(kept, 50);
  EXPECT_LT(kept, 50 + 16);
}

}  // namespace
}  // namespace inkwell::users
