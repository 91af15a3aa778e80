// PostgreSQL restarted, stopped, out of connections, locked: nothing acknowledged is lost, nothing is done twice, and what heals,
// heals by itself.
#include <libpq-fe.h>

#include <vector>

#include "tests/faults/drill.h"
#include "tests/faults/ledger.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using testing::Eventually;
using testing::PostgresCluster;

class DatabaseDrills : public Drill {};

TEST_F(DatabaseDrills, PostgresCrashesAndRestarts) {
  Writers writers(stack(), NewUser(), 8);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  stack().postgres().Stop(PostgresCluster::StopMode::kImmediate);
  ASSERT_TRUE(Eventually([&] { return writers.put_off() > 10; }));
  stack().postgres().Start();
  ExpectRecovery("PostgreSQL restarted", writers, kAfterPostgresAccepts);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

TEST_F(DatabaseDrills, WebhooksArePutOffWhilePostgresIsDown) {
  const std::string event = CreatedEvent(e2e::UserId("webhook while down"));
  stack().postgres().Stop();
  const int while_down = stack().Deliver(event).status;
  stack().postgres().Start();
  EXPECT_EQ(while_down, 503);
  EXPECT_TRUE(Eventually([&] { return stack().Deliver(event).status == 200; }, kAfterPostgresAccepts));
}

TEST_F(DatabaseDrills, PostgresIsAwayForAMinute) {
  Writers writers(stack(), NewUser(), 4);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  stack().postgres().Stop();
  e2e::HttpClient page(stack().gateway_port());
  int pages = 0;
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (std::chrono::steady_clock::now() < end) {
    ASSERT_EQ(page.Get("/").status, 200) << "a route that needs no database";
    ++pages;
    ASSERT_TRUE(Eventually([&, seen = writers.put_off()] { return writers.put_off() > seen; }, 10s));
  }
  EXPECT_GT(pages, 10);
  stack().postgres().Start();
  ExpectRecovery("PostgreSQL back after a minute", writers, kAfterPostgresAccepts);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

// Every connection that PostgreSQL gives, held by somebody else.
class EveryConnection final {
 public:
  explicit EveryConnection(PostgresCluster& postgres) : url_(postgres.url("inkwell") + "?application_name=crowd") {}
  ~EveryConnection() {
    for (PGconn* connection : held_) PQfinish(connection);
  }
  EveryConnection(const EveryConnection&) = delete;
  EveryConnection& operator=(const EveryConnection&) = delete;

  // False while another has one, which is then told to end.
  bool Take() {
    for (PGconn* connection = PQconnectdb(url_.c_str());; connection = PQconnectdb(url_.c_str())) {
      if (PQstatus(connection) != CONNECTION_OK) {
        PQfinish(connection);
        break;
      }
      held_.push_back(connection);
    }
    PGresult* others = PQexec(held_.front(),
                              "SELECT current_setting('max_connections'), pg_terminate_backend(pid) FROM pg_stat_activity"
                              " RIGHT JOIN (VALUES (1)) AS one(row) ON backend_type = 'client backend'"
                              " AND application_name <> 'crowd'");
    const bool all = std::to_string(held_.size()) == PQgetvalue(others, 0, 0);
    PQclear(others);
    return all;
  }

 private:
  const std::string url_;
  std::vector<PGconn*> held_;
};

TEST_F(DatabaseDrills, PostgresHasNoConnectionLeft) {
  const std::string author = NewUser();
  Writers writers(stack(), author, 4);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  {
    EveryConnection others(stack().postgres());
    ASSERT_TRUE(Eventually([&] { return others.Take(); }));
    const int before = writers.put_off();
    EXPECT_TRUE(Eventually([&] { return writers.put_off() > before + 20; }));
  }
  ExpectRecovery("connections free again", writers, kAfterPostgresAccepts);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

TEST_F(DatabaseDrills, TheTableOfPostsIsLocked) {
  const std::string author = NewUser();
  Writers writers(stack(), author, 4);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  PGconn* locker = PQconnectdb(stack().postgres().url("inkwell").c_str());
  PQclear(PQexec(locker, "BEGIN"));
  PGresult* locked = PQexec(locker, "LOCK TABLE posts.posts IN ACCESS EXCLUSIVE MODE");
  ASSERT_EQ(PQresultStatus(locked), PGRES_COMMAND_OK);
  PQclear(locked);
  const int before = writers.put_off();
  EXPECT_TRUE(Eventually([&] { return writers.put_off() >= before + 4; }, 15s));
  EXPECT_EQ(stack().ClientOf(author).Get("/api/me").status, 200) << "users are in another table";
  PQfinish(locker);
  ExpectRecovery("lock given up", writers, kAfterPostgresAccepts);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

}  // namespace
}  // namespace inkwell::faults
