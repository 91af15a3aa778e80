#include "runtime_db/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <signal.h>

#include <chrono>
#include <future>
#include <thread>

#include "database_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/loopback.h"
#include "tests/support/status_matchers.h"

namespace inkwell::runtime {
namespace {

using namespace std::chrono_literals;
using inkwell::testing::DatabaseTest;
using inkwell::testing::Eventually;
using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using inkwell::testing::RunOne;

constexpr Statement kOne{"one", "SELECT 1", 0, 1};
constexpr Statement kEcho{"echo", "SELECT $1::text", 1, 1};
constexpr Statement kSleep{"sleep", "SELECT pg_sleep($1::float8)::text", 1, 1};
constexpr Statement kBackend{"backend", "SELECT pg_backend_pid()", 0, 1};
constexpr Statement kInsert{"insert", "INSERT INTO items (id, name) VALUES ($1, $2)", 2, 0};
constexpr Statement kCount{"count", "SELECT count(*) FROM items", 0, 1};
constexpr char kItems[] =
    "CREATE TABLE items (id int CONSTRAINT items_id PRIMARY KEY, name text NOT NULL, CONSTRAINT short CHECK (length(name) < "
    "300))";

std::int64_t Count(Database& database) {
  const Result<Rows> rows = RunOne(database, kCount);
  return rows ? rows->Integer(0, 0) : -1;
}

TEST_F(DatabaseTest, ReadsRowsWithNullsAndTypes) {
  const auto database = Open(Options());
  constexpr Statement kTypes{
      "types", "SELECT i, CASE WHEN i % 2 = 0 THEN 'even' END, i > 2 FROM generate_series(1, 3) i ORDER BY i", 0, 3};
  const Result<Rows> rows = RunOne(*database, kTypes);
  ASSERT_THAT(rows, IsOk());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ(rows->Integer(1, 0), 2);
  EXPECT_EQ(rows->Text(1, 1), "even");
  EXPECT_TRUE(rows->IsNull(2, 1));
  EXPECT_FALSE(rows->Bool(0, 2));
  EXPECT_TRUE(rows->Bool(2, 2));
}

TEST_F(DatabaseTest, RepeatsAPreparedStatementWithOtherValuesAndNulls) {
  const auto database = Open(Options(1));
  for (const std::optional<std::string>& value :
       {std::optional<std::string>("a"), std::optional<std::string>(), std::optional<std::string>(std::string(100'000, 'x')),
        std::optional<std::string>("")}) {
    const Result<Rows> rows = RunOne(*database, kEcho, {value});
    ASSERT_THAT(rows, IsOk());
    EXPECT_EQ(rows->OptionalText(0, 0), value);
  }
}

TEST_F(DatabaseTest, TellsHowManyRowsAStatementChanged) {
  Sql(kItems);
  const auto database = Open(Options());
  ASSERT_THAT(RunOne(*database, kInsert, {1, "one"}), IsOk());
  ASSERT_THAT(RunOne(*database, kInsert, {2, "two"}), IsOk());
  constexpr Statement kUpdate{"update", "UPDATE items SET name = name || '!'", 0, 0};
  const Result<Rows> changed = RunOne(*database, kUpdate);
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->affected(), 2);
}

TEST_F(DatabaseTest, CarriesArraysWithQuotesBackslashesAndNulls) {
  const auto database = Open(Options());
  constexpr Statement kUnnest{"unnest", "SELECT v FROM unnest($1::text[]) WITH ORDINALITY AS t (v, n) ORDER BY n", 1, 1};
  const std::vector<std::optional<std::string>> values{"plain",       "",      "NULL", std::nullopt, "a \"quoted\" one",
                                                       "back\\slash", "{a,b}", "\n'",  " ",          "\xF0\x9F\x96\x8B"};
  const Result<Rows> rows = RunOne(*database, kUnnest, {Parameter::TextArray(values)});
  ASSERT_THAT(rows, IsOk());
  ASSERT_EQ(rows->size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(rows->OptionalText(i, 0), values[i]) << i;
  constexpr Statement kSum{"sum", "SELECT sum(n)::text, count(*) FILTER (WHERE b) FROM unnest($1::bigint[], $2::bool[]) t (n, b)",
                           2, 2};
  const Result<Rows> sum =
      RunOne(*database, kSum, {Parameter::IntegerArray({-5, 9'000'000'000, 1}), Parameter::BoolArray({true, false, true})});
  ASSERT_THAT(sum, IsOk());
  EXPECT_EQ(sum->Text(0, 0), "8999999996");
  EXPECT_EQ(sum->Integer(0, 1), 2);
  constexpr Statement kEmpty{"empty", "SELECT cardinality($1::text[])", 1, 1};
  EXPECT_EQ(RunOne(*database, kEmpty, {Parameter::TextArray(std::vector<std::string>{})})->Integer(0, 0), 0);
}

TEST_F(DatabaseTest, RefusesNulCharactersBeforeSql) {
  const auto database = Open(Options());
  const Result<Rows> rows = RunOne(*database, kEcho, {std::string("x\0y", 3)});
  EXPECT_THAT(rows, FailsWith(Code::kInvalidArgument, "INVALID_TEXT"));
  EXPECT_THAT(RunOne(*database, kEcho, {"after it"}), IsOk());
}

TEST_F(DatabaseTest, NamesTheConstraintAndNeverTheValues) {
  Sql(kItems);
  Sql("CREATE TABLE parts (item int CONSTRAINT parts_item REFERENCES items)");
  const auto database = Open(Options());
  ASSERT_THAT(RunOne(*database, kInsert, {1, "secret-value"}), IsOk());

  const Result<Rows> twice = RunOne(*database, kInsert, {1, "secret-value"});
  EXPECT_THAT(twice, FailsWith(Code::kAlreadyExists, "UNIQUE_VIOLATION"));
  EXPECT_EQ(twice.error().metadata.at("constraint"), "items_id");
  EXPECT_EQ(twice.error().metadata.at("sqlstate"), "23505");
  EXPECT_EQ(twice.error().message.find("secret"), std::string::npos);

  constexpr Statement kPart{"part", "INSERT INTO parts VALUES ($1)", 1, 0};
  const Result<Rows> orphan = RunOne(*database, kPart, {7});
  EXPECT_THAT(orphan, FailsWith(Code::kFailedPrecondition, "FOREIGN_KEY_VIOLATION"));
  EXPECT_EQ(orphan.error().metadata.at("constraint"), "parts_item");

  const Result<Rows> faked = RunOne(*database, kInsert, {2, "\nCONSTRAINT NAME:  fake\n" + std::string(300, 'x')});
  EXPECT_THAT(faked, FailsWith(Code::kInvalidArgument, "CHECK_VIOLATION"));
  EXPECT_EQ(faked.error().metadata.at("constraint"), "short");

  EXPECT_THAT(RunOne(*database, kInsert, {3, std::nullopt}), FailsWith(Code::kInvalidArgument, "CHECK_VIOLATION"));
  constexpr Statement kUuid{"uuid", "SELECT $1::uuid::text", 1, 1};
  EXPECT_THAT(RunOne(*database, kUuid, {"no uuid"}), FailsWith(Code::kInvalidArgument, "INVALID_TEXT"));
  EXPECT_THAT(RunOne(*database, kEcho, {"\xFF"}), FailsWith(Code::kInvalidArgument, "INVALID_TEXT"));
  constexpr Statement kWrong{"wrong", "SELECT nothing FROM nowhere", 0, 1};
  EXPECT_THAT(RunOne(*database, kWrong), FailsWith(Code::kInternal, "INTERNAL"));
}

TEST_F(DatabaseTest, RefusesAWrongNumberOfParameters) {
  const auto database = Open(Options());
  EXPECT_THAT(RunOne(*database, kEcho, {}), FailsWith(Code::kInternal, "INTERNAL"));
}

TEST_F(DatabaseTest, RefusesAWrongNumberOfColumns) {
  const auto database = Open(Options());
  constexpr Statement kTwoColumns{"two_columns", "SELECT 1, 2", 0, 1};
  EXPECT_THAT(RunOne(*database, kTwoColumns), FailsWith(Code::kInternal, "INTERNAL"));
}

TEST_F(DatabaseTest, CommitsWhatSucceedsAndRollsBackWhatFails) {
  Sql(kItems);
  const auto database = Open(Options());
  const auto insert_then = [&](bool succeed) {
    return database->Transact<void>(DeadlineAfter(10s), [&](Connection& connection) -> Result<void> {
      if (auto inserted = connection.Execute(kInsert, {succeed ? 1 : 2, "x"}); !inserted)
        return tl::unexpected<Error>(inserted.error());
      if (!succeed) return Fail(Code::kNotFound, "NO_SUCH_THING", "The work changed its mind.");
      return {};
    });
  };
  EXPECT_THAT(insert_then(true), IsOk());
  EXPECT_THAT(insert_then(false), FailsWith(Code::kNotFound, "NO_SUCH_THING"));
  EXPECT_EQ(Count(*database), 1);
}

TEST_F(DatabaseTest, DoesNotCallARolledBackTransactionASuccess) {
  Sql(kItems);
  const auto database = Open(Options());
  const Result<void> outcome = database->Transact<void>(DeadlineAfter(10s), [](Connection& connection) -> Result<void> {
    EXPECT_THAT(connection.Execute(kInsert, {1, "x"}), IsOk());
    EXPECT_THAT(connection.Execute(kInsert, {1, "x"}), FailsWith(Code::kAlreadyExists, "UNIQUE_VIOLATION"));
    return {};  // swallows the error
  });
  EXPECT_THAT(outcome, FailsWith(Code::kInternal, "INTERNAL"));
  EXPECT_EQ(Count(*database), 0);
}

TEST_F(DatabaseTest, KeepsAnOpenTransactionFromTheNextLease) {
  Sql(kItems);
  const auto database = Open(Options(1));
  const Result<void> left_open = database->Run<void>(DeadlineAfter(10s), [](Connection& connection) -> Result<void> {
    return connection.ExecuteScript("BEGIN; INSERT INTO items VALUES (1, 'x')");
  });
  ASSERT_THAT(left_open, IsOk());
  EXPECT_EQ(Count(*database), 0);
}

TEST_F(DatabaseTest, GivesUpALeaseAtTheDeadline) {
  const auto database = Open(Options(1));
  std::promise<void> leased;
  std::promise<void> release;
  std::thread holder([&] {
    EXPECT_THAT(database->Run<void>(DeadlineAfter(20s),
                                    [&](Connection&) -> Result<void> {
                                      leased.set_value();
                                      release.get_future().wait();
                                      return {};
                                    }),
                IsOk());
  });
  leased.get_future().wait();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(RunOne(*database, kOne, {}, 100ms), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_GE(waited, 100ms);
  EXPECT_LT(waited, 2s);
  release.set_value();
  holder.join();
  EXPECT_THAT(RunOne(*database, kOne), IsOk());
}

TEST_F(DatabaseTest, CancelsAStatementAtItsDeadline) {
  const auto database = Open(Options(1));
  ASSERT_THAT(RunOne(*database, kOne), IsOk());
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(RunOne(*database, kSleep, {"15"}, 200ms), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  // The server has stopped working on it too.
  const std::string running =
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = 'inkwell-test'";
  EXPECT_TRUE(Eventually([&] { return Sql(running) == "0"; }));
  EXPECT_THAT(RunOne(*database, kOne), IsOk());
}

TEST_F(DatabaseTest, GivesUpOnABackendThatDoesNotAnswerTheCancel) {
  const auto database = Open(Options(2));
  std::int64_t backend = 0;
  const auto start = std::chrono::steady_clock::now();
  const Result<Rows> stuck = database->Run<Rows>(DeadlineAfter(300ms), [&](Connection& connection) {
    backend = connection.Execute(kBackend)->Integer(0, 0);
    kill(static_cast<pid_t>(backend), SIGSTOP);
    return connection.Execute(kOne);
  });
  EXPECT_THAT(stuck, FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_THAT(RunOne(*database, kOne), IsOk());
  kill(static_cast<pid_t>(backend), SIGCONT);
}

TEST_F(DatabaseTest, AStoppedPostmasterHoldsUpNeitherOtherStatementsNorTheEnd) {
  auto database = Open(Options(2));
  ASSERT_THAT(RunOne(*database, kOne), IsOk());
  Cluster().Pause();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(RunOne(*database, kSleep, {"15"}, 200ms), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  database.reset();  // the request to cancel still waits for the postmaster
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  Cluster().Resume();
  EXPECT_THAT(RunOne(*Open(Options(1)), kOne), IsOk());
}

TEST_F(DatabaseTest, ALateCancelNeverHitsTheNextStatement) {
  const auto database = Open(Options(1));
  // Deadlines about as long as the statements, so that some cancels cross the answer on the wire.
  int cancelled = 0;
  for (int i = 0; i < 40; ++i) {
    if (!RunOne(*database, kSleep, {"0.005"}, std::chrono::milliseconds(3 + i % 6))) ++cancelled;
    ASSERT_THAT(RunOne(*database, kSleep, {"0.002"}), IsOk()) << i;
  }
  EXPECT_GT(cancelled, 0);
}

TEST_F(DatabaseTest, AStatementTimeoutOfTheServerIsADeadline) {
  DatabaseOptions options = Options();
  options.statement_timeout = 100ms;
  const auto database = Open(options);
  EXPECT_THAT(RunOne(*database, kSleep, {"15"}), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
}

TEST_F(DatabaseTest, DoesNotBeginAfterTheDeadline) {
  Sql(kItems);
  const auto database = Open(Options());
  const Result<Rows> late = database->Run<Rows>(DeadlineAfter(200ms), [](Connection& connection) {
    EXPECT_FALSE(connection.Execute(kSleep, {"15"}));
    return connection.Execute(kInsert, {1, "x"});
  });
  EXPECT_THAT(late, FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_EQ(Count(*database), 0);
}

TEST_F(DatabaseTest, ReplacesIdleConnectionsAfterARestartWithoutAFailedStatement) {
  const auto database = Open(Options(3));
  ASSERT_THAT(RunOne(*database, kOne), IsOk());
  Cluster().Restart();
  EXPECT_THAT(RunOne(*database, kOne), IsOk());
  Cluster().Restart(testing::PostgresCluster::StopMode::kImmediate);
  EXPECT_THAT(RunOne(*database, kOne), IsOk());
}

TEST_F(DatabaseTest, FailsAtOnceWhileTheServerIsDownAndHealsWithinTwoSeconds) {
  const auto database = Open(Options(2));
  ASSERT_THAT(RunOne(*database, kOne), IsOk());
  Cluster().Stop();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(RunOne(*database, kOne), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_FALSE(database->Ping(1s));
  Cluster().Start();
  EXPECT_TRUE(Eventually([&] { return RunOne(*database, kOne).has_value(); }, 2s));
  EXPECT_TRUE(database->Ping(1s));
}

TEST_F(DatabaseTest, AKilledBackendCostsItsStatementOnly) {
  const auto database = Open(Options(2));
  std::promise<std::int64_t> backend;
  std::promise<void> killed;
  std::thread killer([&] {
    const std::int64_t pid = backend.get_future().get();
    Cluster().Execute("postgres", "SELECT pg_terminate_backend(" + std::to_string(pid) + ", 5000)");
    killed.set_value();
  });
  const Result<Rows> interrupted = database->Run<Rows>(DeadlineAfter(20s), [&](Connection& connection) {
    backend.set_value(connection.Execute(kBackend)->Integer(0, 0));
    killed.get_future().wait();
    return connection.Execute(kOne);
  });
  killer.join();
  EXPECT_THAT(interrupted, FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
  for (int i = 0; i < 4; ++i) EXPECT_THAT(RunOne(*database, kOne), IsOk());
}

TEST_F(DatabaseTest, OpensNoMoreConnectionsThanAllowed) {
  const auto database = Open(Options(3));
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) EXPECT_THAT(RunOne(*database, kSleep, {"0.001"}), IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const int open = std::stoi(
      Sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'inkwell-test' AND datname = '" + name() + "'"));
  EXPECT_GE(open, 2);
  EXPECT_LE(open, 3);
}

TEST_F(DatabaseTest, SetsTheSessionUp) {
  const auto database = Open(Options());
  constexpr Statement kSession{
      "session",
      "SELECT current_setting('TimeZone'), current_setting('client_encoding'), current_setting('statement_timeout'), "
      "current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'), "
      "current_setting('application_name')",
      0, 6};
  const Result<Rows> rows = RunOne(*database, kSession);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->Text(0, 0), "UTC");
  EXPECT_EQ(rows->Text(0, 1), "UTF8");
  EXPECT_EQ(rows->Text(0, 2), "5s");
  EXPECT_EQ(rows->Text(0, 3), "3s");
  EXPECT_EQ(rows->Text(0, 4), "10s");
  EXPECT_EQ(rows->Text(0, 5), "inkwell-test");
}

TEST_F(DatabaseTest, LetsTheOperatorsUrlWin) {
  DatabaseOptions options = Options();
  options.url += "?application_name=mine&options=-c%20statement_timeout%3D1234";
  const auto database = Open(options);
  constexpr Statement kSettings{"settings", "SELECT current_setting('application_name'), current_setting('statement_timeout')", 0,
                                2};
  const Result<Rows> rows = RunOne(*database, kSettings);
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->Text(0, 0), "mine");
  EXPECT_EQ(rows->Text(0, 1), "1234ms");
}

TEST_F(DatabaseTest, PreparesAgainAfterATableChanged) {
  Sql("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
  const auto database = Open(Options(1));
  constexpr Statement kAll{"all", "SELECT * FROM t", 0, 1};
  ASSERT_THAT(RunOne(*database, kAll), IsOk());
  Sql("ALTER TABLE t ALTER a TYPE bigint");
  (void)RunOne(*database, kAll);  // "cached plan must not change result type"
  EXPECT_THAT(RunOne(*database, kAll), IsOk());
}

TEST(DatabaseUrl, IsRefusedWithoutBeingRepeated) {
  DatabaseOptions options;
  options.url = "postgresql://user:hunter2@host/db?no_such_option=1";
  const auto database = Database::Create(options);
  ASSERT_THAT(database, FailsWith(Code::kInvalidArgument, "INVALID_DATABASE_URL"));
  EXPECT_EQ(database.error().message.find("hunter2"), std::string::npos);
}

TEST(DatabaseWithoutServer, FailsAtOnceAndSurvivesItsDestruction) {
  DatabaseOptions options;
  options.url = "postgresql://nobody@127.0.0.1:" + std::to_string(testing::FreePort()) + "/none";
  const auto database = Database::Create(options);
  ASSERT_THAT(database, IsOk());
  EXPECT_THAT(RunOne(**database, kOne), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
  EXPECT_FALSE((*database)->Ping(200ms));
}

TEST_F(DatabaseTest, TheMetricsTellHowBusyThePoolIs) {
  prometheus::Registry registry;
  DatabaseOptions options = Options(1);
  options.metrics = &registry;
  const auto database = Open(options);
  const auto value = [&registry](const std::string& name) {
    for (const auto& family : registry.Collect()) {
      if (family.name == name) return family.metric.at(0).gauge.value + family.metric.at(0).counter.value;
    }
    return -1.0;
  };
  std::future<Result<Rows>> waiting;
  const auto held = database->Run<void>(DeadlineAfter(20s), [&](Connection&) -> Result<void> {
    EXPECT_EQ(value("inkwell_database_connections_in_use"), 1);
    waiting = std::async(std::launch::async, [&] { return RunOne(*database, kOne); });
    EXPECT_TRUE(Eventually([&] { return value("inkwell_database_leases_waiting") == 1; }));
    return {};
  });
  ASSERT_THAT(held, IsOk());
  EXPECT_THAT(waiting.get(), IsOk());
  EXPECT_EQ(value("inkwell_database_connections_in_use"), 0);
  EXPECT_EQ(value("inkwell_database_leases_waiting"), 0);
  EXPECT_EQ(value("inkwell_database_leases_total"), 2);
  EXPECT_GT(value("inkwell_database_lease_wait_seconds_total"), 0);
}

}  // namespace
}  // namespace inkwell::runtime
