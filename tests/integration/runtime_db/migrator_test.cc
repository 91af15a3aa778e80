#include "runtime_db/migrator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "database_fixture.h"
#include "runtime_db/schema_owner.h"
#include "tests/support/status_matchers.h"

namespace inkwell::runtime {
namespace {

using namespace std::chrono_literals;
using inkwell::testing::DatabaseTest;
using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;

// Out of order, and with text that SOCI's own parser would misread.
const std::vector<EmbeddedFile> kTwo{
    {"migrations/0002_more.sql", "INSERT INTO shop.items VALUES (2, 'a:b');"},
    {"migrations/0001_items.sql",
     "-- it's: the first\nCREATE TABLE shop.items (id int PRIMARY KEY, name text);\nINSERT INTO shop.items VALUES (1, E'\\'x');"},
};

class MigratorTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    database_ = Open(Options());
  }
  Result<int> Run(const std::vector<EmbeddedFile>& files) { return Migrate(*database_, "shop", files, DeadlineAfter(30s)); }

  std::unique_ptr<Database> database_;
};

TEST_F(MigratorTest, BringsAFreshDatabaseUpInOrder) {
  const Result<int> applied = Run(kTwo);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(*applied, 2);
  EXPECT_EQ(Sql("SELECT string_agg(name, ',' ORDER BY id) FROM shop.items"), "'x,a:b");
  EXPECT_EQ(Sql("SELECT string_agg(number || name, ',' ORDER BY number) FROM shop.schema_migrations"), "1items,2more");
}

TEST_F(MigratorTest, DoesNothingTheSecondTimeAndNeedsNoPrivilegeForIt) {
  ASSERT_THAT(Run(kTwo), IsOk());
  Sql("CREATE ROLE reader_" + name() + " LOGIN; GRANT USAGE ON SCHEMA shop TO reader_" + name() +
      "; GRANT SELECT ON shop.schema_migrations TO reader_" + name());
  DatabaseOptions options = Options();
  options.url = "postgresql://reader_" + name() + "@127.0.0.1:" + std::to_string(Cluster().port()) + "/" + name();
  const auto reader = Open(options);
  const Result<int> applied = Migrate(*reader, "shop", kTwo, DeadlineAfter(30s));
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(*applied, 0);
}

TEST_F(MigratorTest, NeedsNoRightOnTheDatabaseWhereItsSchemaExists) {
  const std::string role = "keeper_" + name();
  Sql("CREATE ROLE " + role + " LOGIN; CREATE SCHEMA shop AUTHORIZATION " + role);
  DatabaseOptions options = Options();
  options.url = "postgresql://" + role + "@127.0.0.1:" + std::to_string(Cluster().port()) + "/" + name();
  const auto keeper = Open(options);
  EXPECT_EQ(Migrate(*keeper, "shop", {kTwo.data() + 1, 1}, DeadlineAfter(30s)), 1);
  EXPECT_EQ(Migrate(*keeper, "shop", kTwo, DeadlineAfter(30s)), 1);
}

// The role of a service whose schema belongs to another.
class SchemaOwnerTest : public MigratorTest {
 protected:
  void SetUp() override {
    MigratorTest::SetUp();
    role_ = "app_" + name();
    Sql("CREATE ROLE " + role_ + " LOGIN");
    DatabaseOptions options = Options();
    options.url = "postgresql://" + role_ + "@127.0.0.1:" + std::to_string(Cluster().port()) + "/" + name();
    service_ = Open(options);
  }
  Result<void> AsService(const std::string& sql) {
    return service_->Run<void>(DeadlineAfter(30s), [&](Connection& connection) { return connection.ExecuteScript(sql); });
  }

  std::string role_;
  std::unique_ptr<Database> service_;
};

TEST_F(SchemaOwnerTest, TheServicesRoleReadsAndWritesRowsAndChangesNoTable) {
  ASSERT_THAT(Run(kTwo), IsOk());
  ASSERT_THAT(GrantUse(*database_, "shop", role_, DeadlineAfter(30s)), IsOk());
  EXPECT_THAT(AsService("INSERT INTO shop.items VALUES (9, 'i'); UPDATE shop.items SET name = 'j' WHERE id = 9;"
                        "DELETE FROM shop.items WHERE id = 9; SELECT * FROM shop.items"),
              IsOk());
  for (const char* sql : {"CREATE TABLE shop.more (id int)", "ALTER TABLE shop.items ADD COLUMN more int",
                          "DROP TABLE shop.items", "TRUNCATE shop.items", "CREATE INDEX ON shop.items (name)",
                          "DROP SCHEMA shop CASCADE", "CREATE SCHEMA mine", "UPDATE shop.schema_migrations SET sha256 = ''"}) {
    const auto refused = AsService(sql);
    ASSERT_FALSE(refused.has_value()) << sql;
    EXPECT_EQ(refused.error().metadata.at("sqlstate"), "42501") << sql;
  }
  EXPECT_EQ(Migrate(*service_, "shop", kTwo, DeadlineAfter(30s)).value_or(-1), 0);
}

TEST_F(SchemaOwnerTest, TheServicesRoleIsToldThatAMigrationIsTheOwnersWork) {
  const auto never = Migrate(*service_, "shop", kTwo, DeadlineAfter(30s));
  EXPECT_THAT(never, FailsWith(Code::kFailedPrecondition, "MIGRATION_PENDING"));
  ASSERT_THAT(Run({kTwo[1]}), IsOk());
  const auto without_use = Migrate(*service_, "shop", kTwo, DeadlineAfter(30s));
  EXPECT_THAT(without_use, FailsWith(Code::kFailedPrecondition, "MIGRATION_PENDING"));
  ASSERT_THAT(GrantUse(*database_, "shop", role_, DeadlineAfter(30s)), IsOk());
  const auto behind = Migrate(*service_, "shop", kTwo, DeadlineAfter(30s));
  EXPECT_THAT(behind, FailsWith(Code::kFailedPrecondition, "MIGRATION_PENDING"));
}

TEST_F(SchemaOwnerTest, SeveralMayGrantAtOnce) {
  ASSERT_THAT(Run(kTwo), IsOk());
  const auto other = Open(Options());
  const auto grant_often = [&](Database& database) {
    for (int i = 0; i < 20; ++i) EXPECT_THAT(GrantUse(database, "shop", role_, DeadlineAfter(30s)), IsOk());
  };
  std::thread one([&] { grant_often(*database_); });
  std::thread two([&] { grant_often(*other); });
  one.join();
  two.join();
}

TEST_F(SchemaOwnerTest, RefusesNamesThatAreNoRoles) {
  ASSERT_THAT(Run(kTwo), IsOk());
  for (const char* role : {"", "a b", "x\"; DROP SCHEMA shop; --", "nobody_at_all"}) {
    EXPECT_THAT(GrantUse(*database_, "shop", role, DeadlineAfter(30s)), FailsWith(Code::kInvalidArgument, "INVALID_ROLE"))
        << role;
  }
}

TEST_F(MigratorTest, AppliesOnlyWhatIsNew) {
  ASSERT_THAT(Run({kTwo[1]}), IsOk());
  const Result<int> applied = Run(kTwo);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(*applied, 1);
}

TEST_F(MigratorTest, RefusesAMigrationThatWasChanged) {
  ASSERT_THAT(Run(kTwo), IsOk());
  std::vector<EmbeddedFile> changed = kTwo;
  changed[0].content = "INSERT INTO shop.items VALUES (3, 'other');";
  const Result<int> applied = Run(changed);
  ASSERT_THAT(applied, FailsWith(Code::kFailedPrecondition, "MIGRATION_CHANGED"));
  EXPECT_EQ(applied.error().metadata.at("number"), "2");
}

TEST_F(MigratorTest, RefusesADatabaseThatIsNewer) {
  ASSERT_THAT(Run(kTwo), IsOk());
  EXPECT_THAT(Run({kTwo[1]}), FailsWith(Code::kFailedPrecondition, "MIGRATION_UNKNOWN"));
}

TEST_F(MigratorTest, LeavesNothingOfAMigrationThatFails) {
  const std::vector<EmbeddedFile> files{{"0001_bad.sql", "CREATE TABLE shop.half (id int); SELECT nothing FROM nowhere;"}};
  const Result<int> applied = Run(files);
  ASSERT_THAT(applied, FailsWith(Code::kInternal, "INTERNAL"));
  EXPECT_EQ(applied.error().metadata.at("migration"), "bad");
  EXPECT_EQ(Sql("SELECT coalesce(to_regclass('shop.half')::text, 'none')"), "none");
}

TEST_F(MigratorTest, LetsTwoProcessesStartAtOnce) {
  const std::vector<EmbeddedFile> slow{{"0001_slow.sql", "SELECT pg_sleep(0.3); CREATE TABLE shop.once (id int);"},
                                       {"0002_more.sql", "CREATE TABLE shop.twice (id int);"}};
  const auto other = Open(Options());
  Result<int> first = 0;
  Result<int> second = 0;
  std::thread one([&] { first = Migrate(*database_, "shop", slow, DeadlineAfter(30s)); });
  std::thread two([&] { second = Migrate(*other, "shop", slow, DeadlineAfter(30s)); });
  one.join();
  two.join();
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(*first + *second, 2);
}

TEST_F(MigratorTest, RefusesNamesThatAreNoMigrations) {
  EXPECT_THAT(Run({{"1_short.sql", ""}}), FailsWith(Code::kInvalidArgument, "MIGRATION_NAME"));
  EXPECT_THAT(Run({{"0001_a.sql", ""}, {"0001_b.sql", ""}}), FailsWith(Code::kInvalidArgument, "MIGRATION_NAME"));
  EXPECT_THAT(Migrate(*database_, "shop; DROP", kTwo, DeadlineAfter(1s)), FailsWith(Code::kInvalidArgument, "INVALID_SCHEMA"));
}

}  // namespace
}  // namespace inkwell::runtime
