#include "runtime_db/schema_owner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "database_fixture.h"

namespace inkwell::runtime {
namespace {

using namespace std::chrono_literals;
using inkwell::testing::DatabaseTest;
using ::testing::ExitedWithCode;

const std::vector<EmbeddedFile> kFirst{{"0001_items.sql", "CREATE TABLE shop.items (id int PRIMARY KEY);"}};
const std::vector<EmbeddedFile> kBoth{kFirst[0], {"0002_more.sql", "ALTER TABLE shop.items ADD COLUMN name text;"}};

// What a program's main does, in a process of its own: it ends by a signal to itself. No database is open in this one, whose
// threads the other would not have.
class MigrateAndEndDeathTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    owner_ = "owner_" + name();
    service_ = "service_" + name();
    Sql("CREATE ROLE " + owner_ + " LOGIN; CREATE ROLE " + service_ + " LOGIN; GRANT CREATE ON DATABASE " + name() + " TO " +
        owner_);
  }
  [[nodiscard]] std::string UrlOf(const std::string& role) const {
    return "postgresql://" + role + "@127.0.0.1:" + std::to_string(Cluster().port()) + "/" + name();
  }
  [[nodiscard]] MigrationRun RunOf(const std::string& role, const std::vector<EmbeddedFile>& files) const {
    MigrationRun run{Options(1), "shop", files, service_, 30s};
    run.database.url = UrlOf(role);
    return run;
  }
  [[noreturn]] static void RunAndExit(const MigrationRun& run) {
    ShutdownSignal shutdown;
    _exit(MigrateAndEnd(run, shutdown));
  }
  void ExpectExit(const MigrationRun& run, int code, const char* log) { EXPECT_EXIT(RunAndExit(run), ExitedWithCode(code), log); }

  std::string owner_;
  std::string service_;
};

TEST_F(MigrateAndEndDeathTest, EndsWith0OnceTheServicesRoleHasItsUseOfTheSchema) {
  ExpectExit(RunOf(owner_, kBoth), 0, "schema is up to date");
  EXPECT_EQ(Sql("SELECT has_table_privilege('" + service_ + "', 'shop.items', 'INSERT')"), "t");
  ExpectExit(RunOf(owner_, kBoth), 0, "schema is up to date");
}

TEST_F(MigrateAndEndDeathTest, EndsWith1IfTheRoleMayNotMakeTheSchema) {
  ExpectExit(RunOf(service_, kFirst), 1, "MIGRATION_FORBIDDEN");
}

TEST_F(MigrateAndEndDeathTest, EndsWith1IfTheTablesBelongToAnotherRole) {
  ExpectExit(RunOf("postgres", kFirst), 0, "schema is up to date");
  Sql("GRANT ALL ON SCHEMA shop TO " + owner_ + "; GRANT ALL ON ALL TABLES IN SCHEMA shop TO " + owner_);
  ExpectExit(RunOf(owner_, kBoth), 1, "MIGRATION_FORBIDDEN");
}

TEST_F(MigrateAndEndDeathTest, EndsWith1IfTheOwnerIsNotLetInWithinItsPatienceAndSaysWhy) {
  MigrationRun run = RunOf("nobody_" + name(), kFirst);
  run.patience = 100ms;
  ExpectExit(run, 1, "role .*nobody_.* does not exist(.|\n)*cannot be brought up to date.*DATABASE_UNAVAILABLE");
}

TEST_F(MigrateAndEndDeathTest, EndsWith2IfTheUrlCannotBeRead) {
  MigrationRun run = RunOf(owner_, kFirst);
  run.database.url = "postgresql://[";
  ExpectExit(run, 2, "INVALID_DATABASE_URL");
}

TEST_F(MigrateAndEndDeathTest, EndsWith2BeforeAnythingIsAppliedIfTheServicesRoleIsNone) {
  MigrationRun run = RunOf(owner_, kFirst);
  run.role = "no role";
  ExpectExit(run, 2, "INVALID_ROLE");
  run.role = "nobody_" + name();
  ExpectExit(run, 2, "INVALID_ROLE");
  EXPECT_EQ(Sql("SELECT to_regnamespace('shop') IS NULL"), "t");
}

TEST_F(MigrateAndEndDeathTest, LeavesTheOwnerItsRightToMigrate) {
  MigrationRun run = RunOf(owner_, kFirst);
  run.role = owner_;
  ExpectExit(run, 0, "schema is up to date");
  run.files = kBoth;
  ExpectExit(run, 0, "schema is up to date");
}

// The role's use is part of the migration's transaction: the second migration is refused where it looks for it and misses it.
TEST_F(MigrateAndEndDeathTest, GrantsTheUseOfANewTableWithTheMigrationThatMakesIt) {
  const std::string check =
      "DO $$ BEGIN IF NOT has_table_privilege('" + service_ + "', 'shop.items', 'INSERT') THEN RAISE 'no use'; END IF; END $$;";
  const std::vector<EmbeddedFile> files{kFirst[0], {"0002_check.sql", check}};
  ExpectExit(RunOf(owner_, files), 0, "schema is up to date");
}

}  // namespace
}  // namespace inkwell::runtime
