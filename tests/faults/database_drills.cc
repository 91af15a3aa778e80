// PostgreSQL restarted, stopped, out of connections, locked: nothing acknowledged is lost, nothing is done twice, and what heals,
// heals by itself.
#include <libpq-fe.h>

#include <functional>
#include <vector>

#include "tests/faults/drill.h"
#include "tests/faults/ledger.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using testing::Eventually;
using testing::PostgresCluster;

class DatabaseDrills : public Drill {
 protected:
  static int StatusOf(int port, const std::string& path) { return e2e::HttpClient(port).Get(path).status; }
  static bool IsEachReady() {
    return StatusOf(stack().gateway_port(), "/readyz") == 200 && StatusOf(stack().users_admin_port(), "/readyz") == 200 &&
           StatusOf(stack().posts_admin_port(), "/readyz") == 200;
  }
  static bool DoAllRun() {
    return !stack().gateway().WaitForExit(0ms) && !stack().users().WaitForExit(0ms) && !stack().posts().WaitForExit(0ms);
  }
  // PostgreSQL goes under load, stays away as long as `while_away` lasts, and comes back: whoever writes meanwhile is told to try
  // again, and all works again at once by itself. The time that it took is printed as `what`.
  static void TakePostgresAway(const std::string& what, PostgresCluster::StopMode mode,
                               const std::function<void(const Writers&)>& while_away);
  static void ExpectAllIsBack(const std::string& what, const Writers& writers, const std::string& author);
  // A deletion comes through to posts-service.
  static void ExpectIsDeleted(const std::string& user);
  // Long enough for everybody to notice: requests are refused, the services are not ready, the change stream has broken off.
  static void WaitUntilAllNotice(const Writers& writers) {
    EXPECT_TRUE(Eventually([&] { return writers.answered(503) > 10; }));
    EXPECT_TRUE(Eventually([] { return StatusOf(stack().users_admin_port(), "/readyz") == 503; }));
    EXPECT_TRUE(Eventually([] { return StatusOf(stack().posts_admin_port(), "/readyz") == 503; }));
    EXPECT_TRUE(Eventually([] { return e2e::Stack::Metric(stack().users_admin_port(), "inkwell_watch_streams") == 0; }));
  }
};

void DatabaseDrills::TakePostgresAway(const std::string& what, PostgresCluster::StopMode mode,
                                      const std::function<void(const Writers&)>& while_away) {
  const std::string leaver = NewUser();
  ASSERT_EQ(stack().ClientOf(leaver).Post("/api/posts", R"({"title":"Before"})").status, 201);
  const std::string author = NewUser();
  Writers writers(stack(), author, 8);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  stack().postgres().Stop(mode);
  while_away(writers);
  stack().postgres().Start();
  ExpectAllIsBack(what, writers, author);
  ExpectIsDeleted(leaver);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
  EXPECT_GT(writers.answered(503), 0);
  EXPECT_EQ(writers.answered(504), 0) << "that PostgreSQL is away is known before any deadline";
  EXPECT_TRUE(DoAllRun());
}

void DatabaseDrills::ExpectAllIsBack(const std::string& what, const Writers& writers, const std::string& author) {
  const auto start = std::chrono::steady_clock::now();
  const std::string newcomer = CreatedEvent(e2e::UserId("newcomer beside " + author));
  ExpectRecovery(what, writers, kAfterPostgresAccepts);
  EXPECT_TRUE(Eventually([&] { return stack().ClientOf(author).Get("/api/posts").status == 200; }, kAfterPostgresAccepts));
  EXPECT_TRUE(Eventually([&] { return stack().Deliver(newcomer).status == 200; }, kAfterPostgresAccepts));
  EXPECT_TRUE(Eventually([] { return IsEachReady(); }, kAfterPostgresAccepts));
  EXPECT_LE(std::chrono::steady_clock::now() - start, kAfterPostgresAccepts) << "all of that";
}

void DatabaseDrills::ExpectIsDeleted(const std::string& user) {
  ASSERT_EQ(stack().Deliver(DeletedEvent(user)).status, 200);
  EXPECT_TRUE(Eventually([&] {
    return stack().Sql("SELECT count(*) FROM posts.authors WHERE author_id = '" + user + "'") == "0";
  })) << "posts-service hears of deletions again";
  EXPECT_EQ(stack().ClientOf(user).Post("/api/posts", R"({"title":"After"})").status, 404);
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + user + "'"), "0");
}

TEST_F(DatabaseDrills, PostgresCrashesAndRestarts) {
  TakePostgresAway("PostgreSQL crashed and restarted", PostgresCluster::StopMode::kImmediate, WaitUntilAllNotice);
}

TEST_F(DatabaseDrills, PostgresIsRestarted) {
  TakePostgresAway("PostgreSQL restarted", PostgresCluster::StopMode::kFast, WaitUntilAllNotice);
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
  TakePostgresAway("PostgreSQL back after a minute", PostgresCluster::StopMode::kFast, [](const Writers& writers) {
    e2e::HttpClient page(stack().gateway_port());
    int pages = 0;
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (std::chrono::steady_clock::now() < end) {
      ASSERT_EQ(page.Get("/").status, 200) << "a route that needs no database";
      ++pages;
      ASSERT_TRUE(Eventually([&, seen = writers.put_off()] { return writers.put_off() > seen; }, 10s));
    }
    EXPECT_GT(pages, 10);
  });
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
