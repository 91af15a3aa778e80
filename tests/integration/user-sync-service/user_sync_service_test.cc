// The program, started as operators start it: its own process, settings from the environment, real PostgreSQL, and a stand-in
// for Clerk's Backend API.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <signal.h>

#include <set>
#include <thread>

#include "tests/integration/user-sync-service/fake_backend_api.h"
#include "tests/integration/user-sync-service/users_client.h"
#include "tests/support/child_process.h"
#include "tests/support/eventually.h"
#include "tests/support/loopback.h"
#include "tests/support/postgres_cluster.h"

namespace inkwell::users {
namespace {

using inkwell::testing::ChildOptions;
using inkwell::testing::ChildProcess;
using inkwell::testing::Eventually;
using inkwell::testing::FreePort;
using inkwell::testing::HttpGet;
using inkwell::testing::PostgresCluster;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto kJustInTime = v1::GetUserRequest::SOURCE_COPY_THEN_CLERK;

class UserSyncServiceTest : public ::testing::Test {
 protected:
  static PostgresCluster& Cluster() {
    static PostgresCluster cluster;
    return cluster;
  }

  void SetUp() override {
    static int count = 0;
    database_ = "program_" + std::to_string(++count);
    url_ = Cluster().CreateDatabase(database_);
  }

  [[nodiscard]] std::unique_ptr<ChildProcess> StartProgram() const {
    ChildOptions options;
    options.command = {inkwell::testing::ProgramPath("user-sync-service")};
    options.environment = {{"USERS_LISTEN", "127.0.0.1:" + std::to_string(port_)},
                           {"USERS_ADMIN_LISTEN", "127.0.0.1:" + std::to_string(admin_port_)},
                           {"USERS_DATABASE_URL", url_},
                           {"CLERK_SECRET_KEY", with_key_ ? "sk_test_just_a_test" : ""},
                           {"CLERK_API_URL", clerk_.url()},
                           {"SHUTDOWN_GRACE", "2s"},
                           {"LOG_LEVEL", "debug"},
                           {"LOG_FORMAT", "json"}};
    return ChildProcess::Start(options);
  }
  [[nodiscard]] std::unique_ptr<ChildProcess> StartReadyProgram() const {
    auto program = StartProgram();
    EXPECT_TRUE(program->WaitForHttpOk(admin_port_, "/readyz", seconds(20))) << program->Output();
    return program;
  }

  FakeBackendApi clerk_;
  bool with_key_ = true;
  int port_ = FreePort();
  int admin_port_ = FreePort();
  std::string database_;
  std::string url_;
};

TEST_F(UserSyncServiceTest, FetchesAUserWhoseWebhookIsLateWithOneCallToClerk) {
  clerk_.AddUser("user_new", 1'700'000'000'123, "Ada");
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  std::vector<std::string> outcomes(50);
  {
    std::vector<std::jthread> callers;
    for (auto& outcome : outcomes) callers.emplace_back([&] { outcome = client.Get("user_new", kJustInTime); });
  }
  EXPECT_THAT(outcomes, Each("OK"));
  EXPECT_EQ(clerk_.calls("user_new"), 1);

  v1::User user;
  ASSERT_EQ(client.Get("user_new", v1::GetUserRequest::SOURCE_COPY, &user), "OK");
  EXPECT_EQ(user.email(), "primary@example.com");
  EXPECT_EQ(user.first_name(), "Ada");
  EXPECT_FALSE(user.has_last_name());
  EXPECT_EQ(user.update_time().nanos(), 123'000'000);
  EXPECT_EQ(client.ApplySparse("user_new", 1'600'000'000), "VERDICT_OLDER");
}

TEST_F(UserSyncServiceTest, TellsWhatClerkTells) {
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  EXPECT_EQ(client.Get("user_nobody", kJustInTime), "USER_NOT_FOUND");
  EXPECT_EQ(client.Get("user_nobody", kJustInTime), "USER_NOT_FOUND");
  EXPECT_EQ(clerk_.calls("user_nobody"), 1);
  for (const int status : {429, 500, 401}) {
    clerk_.AnswerWith(status);
    EXPECT_EQ(client.Get("user_other", kJustInTime), "CLERK_UNAVAILABLE") << status;
  }
  clerk_.AnswerWith(0);
  clerk_.AddUser("user_other", 1, "Grace");
  EXPECT_EQ(client.Get("user_other", kJustInTime), "OK");
}

TEST_F(UserSyncServiceTest, WorksWithoutASecretKey) {
  with_key_ = false;
  clerk_.AddUser("user_a", 1, "Ada");
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  EXPECT_EQ(client.Get("user_a", kJustInTime), "USER_NOT_FOUND");
  EXPECT_EQ(client.Get("user_a", v1::GetUserRequest::SOURCE_CLERK), "CLERK_NOT_CONFIGURED");
  EXPECT_EQ(client.ApplySparse("user_a", 1), "VERDICT_APPLIED");
  EXPECT_EQ(client.Get("user_a"), "OK");
}

TEST_F(UserSyncServiceTest, HealsAfterPostgresWasAway) {
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  ASSERT_EQ(client.ApplySparse("user_a", 1), "VERDICT_APPLIED");

  grpc::ClientContext context;
  UsersClient::Prepare(context, seconds(60));
  const auto stream = client.stub().WatchUsers(&context, {});
  v1::WatchUsersResponse response;
  ASSERT_TRUE(stream->Read(&response));

  Cluster().Stop(PostgresCluster::StopMode::kImmediate);
  EXPECT_EQ(client.Get("user_a"), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(client.ApplySparse("user_a", 2), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(HttpGet(admin_port_, "/readyz").status, 503);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(UsersClient::ReasonOf(stream->Finish()), "DATABASE_UNAVAILABLE");

  Cluster().Start();
  EXPECT_TRUE(Eventually([&] { return client.ApplySparse("user_a", 2) == "VERDICT_APPLIED"; }, seconds(2)));
  EXPECT_EQ(client.Get("user_a"), "OK");
  EXPECT_EQ(HttpGet(admin_port_, "/readyz").status, 200);
}

TEST_F(UserSyncServiceTest, StartsBeforeItsDatabase) {
  Cluster().Stop();
  const auto program = StartProgram();
  ASSERT_TRUE(program->WaitForPort(admin_port_));
  const UsersClient client(port_);
  EXPECT_EQ(client.Get("user_a"), "DATABASE_UNAVAILABLE");
  EXPECT_THAT(HttpGet(admin_port_, "/readyz").body, HasSubstr("database"));
  EXPECT_EQ(HttpGet(admin_port_, "/livez").status, 200);
  Cluster().Start();
  EXPECT_TRUE(program->WaitForHttpOk(admin_port_, "/readyz", seconds(10))) << program->Output();
  EXPECT_EQ(client.ApplySparse("user_a", 1), "VERDICT_APPLIED");
}

TEST_F(UserSyncServiceTest, EndsCleanlyOnSigtermWithAStreamOpen) {
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  ASSERT_EQ(client.ApplySparse("user_a", 1), "VERDICT_APPLIED");
  grpc::ClientContext context;
  UsersClient::Prepare(context, seconds(60));
  const auto stream = client.stub().WatchUsers(&context, {});
  v1::WatchUsersResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.users_size(), 1);
  program->Signal(SIGTERM);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(1));
  // Not at once: a client that does not poll, like this one now, does not answer gRPC's good-bye. The grace bounds that.
  EXPECT_EQ(program->WaitForExit(seconds(5)), 0) << program->Output();
}

TEST_F(UserSyncServiceTest, EndsWithinItsGraceWhileABackfillWaitsForClerk) {
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  clerk_.Hang();
  grpc::ClientContext context;
  runtime::WriteCallContext({{runtime::Principal::Kind::kOperator, "me"}, "test", runtime::DeadlineAfter(seconds(60))}, context);
  const auto stream = client.stub().BackfillUsers(&context, {});
  ASSERT_TRUE(clerk_.WaitForHungCall());
  program->Signal(SIGTERM);
  EXPECT_EQ(program->WaitForExit(seconds(6)), 0) << program->Output();
  v1::BackfillUsersResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_FALSE(stream->Finish().ok());
}

TEST_F(UserSyncServiceTest, StreamTellsOfADeletionAtOnce) {
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  grpc::ClientContext context;
  UsersClient::Prepare(context, seconds(60));
  const auto stream = client.stub().WatchUsers(&context, {});
  v1::WatchUsersResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_TRUE(response.caught_up());

  grpc::ClientContext call;
  UsersClient::Prepare(call);
  v1::ApplyUserEventRequest deletion;
  deletion.set_deleted_user_id("user_gone");
  v1::ApplyUserEventResponse applied;
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(client.stub().ApplyUserEvent(&call, deletion, &applied).ok());
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(1));
  ASSERT_EQ(response.users_size(), 1);
  EXPECT_EQ(response.users(0).user_id(), "user_gone");
  EXPECT_TRUE(response.users(0).has_delete_time());
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

struct Reading {
  std::vector<std::string> ids;  // as they came
  std::string cursor;
  bool caught_up = false;
};

// What that many responses tell, or fewer if one has caught up.
Reading Read(grpc::ClientReader<v1::WatchUsersResponse>& stream, int responses) {
  Reading reading;
  v1::WatchUsersResponse response;
  while (responses-- > 0 && !reading.caught_up && stream.Read(&response)) {
    for (const v1::User& user : response.users()) reading.ids.push_back(user.user_id());
    reading.cursor = response.cursor();
    reading.caught_up = response.caught_up();
  }
  return reading;
}

TEST_F(UserSyncServiceTest, GoesOnFromAConsumersCursorAfterItWasKilled) {
  constexpr std::size_t kUsers = 1300;  // some responses; the ends of transactions are not theirs
  auto program = StartReadyProgram();
  for (const char* range : {"1, 300", "301, 1100", "1101, 1300"}) {
    Cluster().Execute(database_,
                      "INSERT INTO users.users (clerk_id, banned, locked, deleted_at, synced_at, change_xid) SELECT 'user_' || n,"
                      " false, false, now(), now(), pg_current_xact_id() FROM generate_series(" +
                          std::string(range) + ") n");
  }

  v1::WatchUsersRequest request;
  Reading before;
  {
    const UsersClient client(port_);
    grpc::ClientContext context;
    UsersClient::Prepare(context, seconds(60));
    const auto stream = client.stub().WatchUsers(&context, request);
    before = Read(*stream, 1);
    program->Kill();
    context.TryCancel();
    EXPECT_FALSE(stream->Finish().ok());
  }
  ASSERT_FALSE(before.caught_up);
  ASSERT_THAT(before.ids, SizeIs(AllOf(Gt(0U), Lt(kUsers))));

  program = StartReadyProgram();
  const UsersClient client(port_);
  grpc::ClientContext context;
  UsersClient::Prepare(context, seconds(60));
  request.set_cursor(before.cursor);
  const auto stream = client.stub().WatchUsers(&context, request);
  const Reading after = Read(*stream, 100);
  EXPECT_TRUE(after.caught_up);
  EXPECT_EQ(before.ids.size() + after.ids.size(), kUsers);  // so none comes twice
  std::set<std::string> ids(before.ids.begin(), before.ids.end());
  ids.insert(after.ids.begin(), after.ids.end());
  EXPECT_EQ(ids.size(), kUsers);
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(UserSyncServiceTest, CountsAndLogsWithoutPersonalData) {
  clerk_.AddUser("user_a", 1, "Ada-Who-Must-Not-Be-Logged");
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  ASSERT_EQ(client.Get("user_a", kJustInTime), "OK");
  const std::string metrics = HttpGet(admin_port_, "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("inkwell_user_events_total{verdict=\"applied\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("inkwell_clerk_fetches_total{outcome=\"stored\"} 1"));
  ASSERT_EQ(program->Terminate(), 0);
  for (const char* secret : {"primary@example.com", "Ada-Who", "sk_test_just_a_test"}) {
    EXPECT_THAT(program->Output(), Not(HasSubstr(secret)));
    EXPECT_THAT(metrics, Not(HasSubstr(secret)));
  }
}

TEST_F(UserSyncServiceTest, RefusesBadSettingsWithCode2) {
  ChildOptions options;
  options.command = {inkwell::testing::ProgramPath("user-sync-service")};
  options.environment = {{"USERS_DATABASE_URL", ""}, {"CLERK_API_URL", "ftp://example.com"}};
  const auto program = ChildProcess::Start(options);
  EXPECT_EQ(program->WaitForExit(seconds(10)), 2);
  EXPECT_THAT(program->Output(), HasSubstr("USERS_DATABASE_URL"));
  EXPECT_THAT(program->Output(), HasSubstr("CLERK_API_URL"));
}

// On a fresh database nothing speaks against the key at start.
TEST_F(UserSyncServiceTest, BelievesNo404OnceTheFirstEventShowsThatTheKeyIsOfAnotherInstance) {
  clerk_.BecomeInstance("ins_abc");
  const auto program = StartReadyProgram();
  const UsersClient client(port_);
  grpc::ClientContext applying;
  UsersClient::Prepare(applying);
  v1::ApplyUserEventRequest event;
  event.set_instance_id("ins_production");
  event.mutable_user()->set_user_id("user_a");
  v1::ApplyUserEventResponse response;
  EXPECT_TRUE(client.stub().ApplyUserEvent(&applying, event, &response).ok());
  EXPECT_TRUE(program->WaitForOutput("INSTANCE_MISMATCH")) << program->Output();

  grpc::ClientContext deleting;
  runtime::WriteCallContext({{runtime::Principal::Kind::kUser, "user_a"}, "test", runtime::DeadlineAfter(seconds(10))}, deleting);
  v1::DeleteUserRequest deletion;
  deletion.set_user_id("user_a");
  google::protobuf::Empty nothing;
  const grpc::Status deleted = client.stub().DeleteUser(&deleting, deletion, &nothing);
  EXPECT_EQ(runtime::FromGrpcStatus(deleted).reason, "CLERK_UNAVAILABLE");
  EXPECT_EQ(client.Get("user_a"), "OK");
  EXPECT_EQ(program->Terminate(), 0) << "whoever sends the first event cannot end the program";
  EXPECT_EQ(StartProgram()->WaitForExit(seconds(20)), 2);
}

TEST_F(UserSyncServiceTest, NoticesThatAnotherReplicaPinnedAnotherInstance) {
  clerk_.BecomeInstance("ins_abc");
  const auto program = StartReadyProgram();
  Cluster().Execute(database_, "INSERT INTO users.instance (instance_id) VALUES ('ins_production')");
  EXPECT_TRUE(program->WaitForOutput("INSTANCE_MISMATCH", seconds(30))) << program->Output();
  EXPECT_EQ(program->Terminate(), 0);
}

TEST_F(UserSyncServiceTest, RefusesADatabaseThatIsNewerThanItself) {
  { EXPECT_EQ(StartReadyProgram()->Terminate(), 0); }
  Cluster().Execute(database_, "INSERT INTO users.schema_migrations (number, name, sha256) VALUES (9999, 'future', 'x')");
  const auto program = StartProgram();
  EXPECT_EQ(program->WaitForExit(seconds(15)), 1) << program->Output();
  EXPECT_THAT(program->Output(), HasSubstr("MIGRATION_UNKNOWN"));
}

}  // namespace
}  // namespace inkwell::users
