#include "user-sync-service/user_rpc.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>

#include "google/rpc/status.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"
#include "runtime/grpc_server.h"
#include "tests/support/metric_value.h"
#include "tests/unit/user-sync-service/fake_clerk_users.h"
#include "tests/unit/user-sync-service/fake_parts.h"
#include "tests/unit/user-sync-service/fake_user_repository.h"
#include "tests/unit/user-sync-service/sample_users.h"
#include "user-sync-service/backfill.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/opaque_text.h"
#include "user-sync-service/profile_writer.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = runtime::Principal::Kind;

// The calls as a client sees them, over a real port.
class UserRpcTest : public ::testing::Test {
 protected:
  UserRpcTest()
      : rpc_(MakeUserRpc({users_, feed_, pin_, &profiles_, &backfill_, metrics_, serving_})),
        server_(runtime::GrpcServer::Start({.listen = "127.0.0.1:0", .tls = {}}, {rpc_.get()}).value()),
        stub_(v1::UserService::NewStub(
            grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials()))) {}
  ~UserRpcTest() override {
    feed_.Shutdown();
    server_->Drain(std::chrono::seconds(5));
  }

  static void As(grpc::ClientContext& context, Kind kind, const std::string& id, const std::string& request_id = "test") {
    runtime::WriteCallContext({{kind, id}, request_id, runtime::DeadlineAfter(std::chrono::seconds(10))}, context);
  }

  template <typename Request, typename Response>
  std::string Call(grpc::Status (v1::UserService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response* response, Kind kind = Kind::kService, const std::string& id = "test") {
    grpc::ClientContext context;
    As(context, kind, id);
    return ReasonOf((stub_.get()->*method)(&context, request, response));
  }

  // "OK", or the reason.
  static std::string ReasonOf(const grpc::Status& status) { return status.ok() ? "OK" : runtime::FromGrpcStatus(status).reason; }

  std::string Apply(const v1::ApplyUserEventRequest& request) {
    v1::ApplyUserEventResponse response;
    const auto reason = Call(&v1::UserService::Stub::ApplyUserEvent, request, &response);
    return reason == "OK" ? v1::ApplyUserEventResponse::Verdict_Name(response.verdict()) : reason;
  }
  std::string ApplyUser(const std::string& id) {
    v1::ApplyUserEventRequest request;
    request.mutable_user()->set_user_id(id);
    return Apply(request);
  }
  std::string Delete(const std::string& id) {
    v1::ApplyUserEventRequest request;
    request.set_deleted_user_id(id);
    return Apply(request);
  }
  std::string Get(const std::string& id, Kind kind = Kind::kService, const std::string& caller = "test") {
    v1::GetUserRequest request;
    request.set_user_id(id);
    v1::User user;
    return Call(&v1::UserService::Stub::GetUser, request, &user, kind, caller);
  }
  std::string Watch(const std::string& cursor, Kind kind = Kind::kService, const std::string& caller = "test") {
    grpc::ClientContext context;
    As(context, kind, caller);
    v1::WatchUsersRequest request;
    request.set_cursor(cursor);
    const auto reader = stub_->WatchUsers(&context, request);
    v1::WatchUsersResponse response;
    if (reader->Read(&response)) context.TryCancel();
    return ReasonOf(reader->Finish());
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeUserRepository repository_;
  UserService users_{repository_, nullptr, metrics_, {}};
  ChangeFeed feed_{repository_, metrics_, {}};
  FakeCopyState state_;
  FakeClerkUsers clerk_;
  FakeClerkInstance instance_;
  InstancePin pin_{state_, &instance_, metrics_};
  FakeClerkSessions sessions_;
  ProfileWriter profiles_{clerk_, sessions_, repository_, pin_, metrics_, {}};
  FakeRunLock lock_;
  Backfill backfill_{{clerk_, instance_, repository_, state_, pin_, lock_, metrics_}};
  std::atomic<bool> serving_{true};
  std::unique_ptr<grpc::Service> rpc_;
  std::unique_ptr<runtime::GrpcServer> server_;
  std::unique_ptr<v1::UserService::Stub> stub_;
};

TEST_F(UserRpcTest, AnswersEventsWithVerdicts) {
  EXPECT_EQ(ApplyUser("user_a"), "VERDICT_APPLIED");
  EXPECT_EQ(ApplyUser("user_a"), "VERDICT_UNCHANGED");
  EXPECT_EQ(Delete("user_a"), "VERDICT_APPLIED");
  EXPECT_EQ(ApplyUser("user_a"), "VERDICT_TOMBSTONED");
  EXPECT_EQ(ApplyUser("user a"), "INVALID_FIELD");
}

// Of each event of a batch its verdict or reason, or the reason of the call.
std::vector<std::string> OutcomesOf(const v1::BatchApplyUserEventsResponse& response) {
  std::vector<std::string> outcomes;
  for (const auto& result : response.results()) {
    outcomes.push_back(result.has_response() ? v1::ApplyUserEventResponse::Verdict_Name(result.response().verdict())
                                             : runtime::FromRpcStatus(result.error()).reason);
  }
  return outcomes;
}

TEST_F(UserRpcTest, AnswersEachEventOfABatch) {
  v1::BatchApplyUserEventsRequest batch;
  batch.add_requests()->mutable_user()->set_user_id("user_a");
  batch.add_requests()->mutable_user()->set_user_id("user a");
  batch.add_requests()->set_deleted_user_id("user_b");
  batch.mutable_requests(2)->set_instance_id("ins_first");
  batch.add_requests()->mutable_user()->set_user_id("user_c");
  batch.mutable_requests(3)->set_instance_id("ins_second");
  batch.add_requests();
  batch.add_requests()->mutable_user()->set_user_id("user_d");
  batch.mutable_requests(5)->set_instance_id("not an id");
  v1::BatchApplyUserEventsResponse response;
  ASSERT_EQ(Call(&v1::UserService::Stub::BatchApplyUserEvents, batch, &response), "OK");
  EXPECT_THAT(OutcomesOf(response), ElementsAre("VERDICT_APPLIED", "INVALID_FIELD", "VERDICT_APPLIED", "INSTANCE_MISMATCH",
                                                "INVALID_FIELD", "INVALID_FIELD"));
  EXPECT_EQ(runtime::FromRpcStatus(response.results(1).error()).metadata.at("field"), "user_id");
  EXPECT_EQ(Get("user_a"), "OK");
  EXPECT_EQ(Get("user_c"), "USER_NOT_FOUND");
  EXPECT_EQ(ApplyUser("user_b"), "VERDICT_TOMBSTONED");
}

TEST_F(UserRpcTest, AnswersABatchOfNothingButMalformedEvents) {
  v1::BatchApplyUserEventsRequest batch;
  batch.add_requests();
  batch.add_requests();
  v1::BatchApplyUserEventsResponse response;
  ASSERT_EQ(Call(&v1::UserService::Stub::BatchApplyUserEvents, batch, &response), "OK");
  EXPECT_THAT(OutcomesOf(response), ElementsAre("INVALID_FIELD", "INVALID_FIELD"));
}

TEST_F(UserRpcTest, TellsEachEventOfABatchThatTheDatabaseIsAway) {
  repository_.FailWith(runtime::Error{Code::kUnavailable, "DATABASE_UNAVAILABLE", "Away.", {}});
  v1::BatchApplyUserEventsRequest batch;
  for (const char* id : {"user_a", "user_b"}) batch.add_requests()->mutable_user()->set_user_id(id);
  v1::BatchApplyUserEventsResponse response;
  ASSERT_EQ(Call(&v1::UserService::Stub::BatchApplyUserEvents, batch, &response), "OK");
  EXPECT_THAT(OutcomesOf(response), ElementsAre("DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"));
}

TEST_F(UserRpcTest, RefusesABatchOfNoneOrTooMany) {
  v1::BatchApplyUserEventsRequest batch;
  v1::BatchApplyUserEventsResponse response;
  EXPECT_EQ(Call(&v1::UserService::Stub::BatchApplyUserEvents, batch, &response), "INVALID_FIELD");
  for (int i = 0; i < 256; ++i) batch.add_requests()->mutable_user()->set_user_id("user_" + std::to_string(i));
  EXPECT_EQ(Call(&v1::UserService::Stub::BatchApplyUserEvents, batch, &response), "OK");
  EXPECT_EQ(response.results_size(), 256);
  batch.add_requests()->mutable_user()->set_user_id("user_256");
  EXPECT_EQ(Call(&v1::UserService::Stub::BatchApplyUserEvents, batch, &response), "INVALID_FIELD");
  EXPECT_EQ(Get("user_256"), "USER_NOT_FOUND");
}

TEST_F(UserRpcTest, ADefectIsLoggedUnderTheRequestIdAndToldWithoutDetails) {
  repository_.FailWith(runtime::Error{Code::kInternal, "INTERNAL", "A statement failed.", {{"sqlstate", "23514"}}});
  grpc::ClientContext context;
  As(context, Kind::kService, "test", "req_of_a_defect");
  v1::GetUserRequest request;
  request.set_user_id("user_a");
  v1::User user;
  ::testing::internal::CaptureStderr();
  const auto error = runtime::FromGrpcStatus(stub_->GetUser(&context, request, &user));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(error.reason, "INTERNAL");
  EXPECT_THAT(error.metadata, ::testing::IsEmpty());
  EXPECT_THAT(log, ::testing::AllOf(HasSubstr("req_of_a_defect"), HasSubstr("GetUser"), HasSubstr("23514")));
}

TEST_F(UserRpcTest, CountsItsCallsByMethodAndCode) {
  const auto calls = [this](const std::string& method, const std::string& code) {
    return inkwell::testing::MetricValue(registry_, "inkwell_users_calls_total", {{"method", method}, {"code", code}});
  };
  ASSERT_EQ(ApplyUser("user_a"), "VERDICT_APPLIED");
  ASSERT_EQ(Get("user_a"), "OK");
  ASSERT_EQ(Get("user_b"), "USER_NOT_FOUND");
  ASSERT_EQ(Get("user b"), "INVALID_FIELD");
  ASSERT_EQ(Watch("nobody's"), "CURSOR_INVALID");
  EXPECT_EQ(calls("ApplyUserEvent", "OK"), 1);
  EXPECT_EQ(calls("GetUser", "OK"), 1);
  EXPECT_EQ(calls("GetUser", "NOT_FOUND"), 1);
  EXPECT_EQ(calls("GetUser", "INVALID_ARGUMENT"), 1);
  EXPECT_EQ(calls("WatchUsers", "FAILED_PRECONDITION"), 1);
  EXPECT_EQ(calls("ListUsers", "OK"), 0);
}

TEST_F(UserRpcTest, WantsAPrincipal) {
  grpc::ClientContext context;
  v1::GetUserRequest request;
  request.set_user_id("user_a");
  v1::User user;
  const auto status = stub_->GetUser(&context, request, &user);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(status), "PRINCIPAL_REQUIRED");
}

TEST_F(UserRpcTest, UserGetsOnlyThemselves) {
  ASSERT_EQ(ApplyUser("user_a"), "VERDICT_APPLIED");
  EXPECT_EQ(Get("user_a", Kind::kUser, "user_a"), "OK");
  EXPECT_EQ(Get("user_a", Kind::kUser, "user_b"), "PRINCIPAL_NOT_ALLOWED");
  EXPECT_EQ(Get("user_a", Kind::kOperator, "me"), "OK");
  EXPECT_EQ(Get("user_b"), "USER_NOT_FOUND");
  EXPECT_EQ(Get(""), "INVALID_FIELD");
}

TEST_F(UserRpcTest, KeepsTheWholeCopyFromUsers) {
  v1::ListUsersResponse list;
  v1::ApplyUserEventRequest event;
  event.set_deleted_user_id("user_a");
  v1::ApplyUserEventResponse applied;
  EXPECT_EQ(Call(&v1::UserService::Stub::ListUsers, {}, &list, Kind::kUser, "user_a"), "PRINCIPAL_NOT_ALLOWED");
  EXPECT_EQ(Call(&v1::UserService::Stub::ApplyUserEvent, event, &applied, Kind::kUser, "user_a"), "PRINCIPAL_NOT_ALLOWED");
  v1::BatchApplyUserEventsRequest batch;
  *batch.add_requests() = event;
  v1::BatchApplyUserEventsResponse results;
  EXPECT_EQ(Call(&v1::UserService::Stub::BatchApplyUserEvents, batch, &results, Kind::kUser, "user_a"), "PRINCIPAL_NOT_ALLOWED");
  EXPECT_EQ(Watch("", Kind::kUser, "user_a"), "PRINCIPAL_NOT_ALLOWED");
}

TEST_F(UserRpcTest, ListsAllUsersByPages) {
  for (const char* id : {"user_a", "user_b", "user_c", "user_d"}) ASSERT_EQ(ApplyUser(id), "VERDICT_APPLIED");
  ASSERT_EQ(Delete("user_c"), "VERDICT_APPLIED");
  v1::ListUsersRequest request;
  request.set_page_size(2);
  v1::ListUsersResponse page;
  ASSERT_EQ(Call(&v1::UserService::Stub::ListUsers, request, &page), "OK");
  ASSERT_EQ(page.users_size(), 2);
  EXPECT_EQ(page.users(1).user_id(), "user_b");
  request.set_page_token(page.next_page_token());
  ASSERT_EQ(Call(&v1::UserService::Stub::ListUsers, request, &page), "OK");
  ASSERT_EQ(page.users_size(), 1);
  EXPECT_EQ(page.users(0).user_id(), "user_d");
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(UserRpcTest, RefusesABadPage) {
  v1::ListUsersResponse page;
  v1::ListUsersRequest token;
  token.set_page_token("nonsense");
  EXPECT_EQ(Call(&v1::UserService::Stub::ListUsers, token, &page), "INVALID_PAGE_TOKEN");
  v1::ListUsersRequest size;
  size.set_page_size(-1);
  EXPECT_EQ(Call(&v1::UserService::Stub::ListUsers, size, &page), "INVALID_FIELD");
}

TEST_F(UserRpcTest, StreamsChangesAndFollows) {
  ASSERT_EQ(ApplyUser("user_a"), "VERDICT_APPLIED");
  grpc::ClientContext context;
  As(context, Kind::kService, "posts");
  const auto reader = stub_->WatchUsers(&context, {});
  v1::WatchUsersResponse response;
  ASSERT_TRUE(reader->Read(&response));
  ASSERT_EQ(response.users_size(), 1);
  EXPECT_EQ(response.users(0).user_id(), "user_a");
  EXPECT_TRUE(response.caught_up());

  ASSERT_EQ(Delete("user_a"), "VERDICT_APPLIED");
  feed_.Wake();
  ASSERT_TRUE(reader->Read(&response));
  ASSERT_EQ(response.users_size(), 1);
  EXPECT_TRUE(response.users(0).has_delete_time());
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(UserRpcTest, RefusesACursorOfNobodys) {
  EXPECT_EQ(Watch("nonsense"), "CURSOR_INVALID");
  EXPECT_EQ(Watch(EncodeCursor({"2-00000001-1", {}})), "CURSOR_INVALID");
  EXPECT_EQ(Watch(EncodeCursor({"1-00000001-1", {}})), "CANCELLED");
}

TEST_F(UserRpcTest, EndsOpenStreamsPromptlyOnShutdown) {
  grpc::ClientContext context;
  As(context, Kind::kService, "posts");
  const auto reader = stub_->WatchUsers(&context, {});
  v1::WatchUsersResponse response;
  ASSERT_TRUE(reader->Read(&response));
  feed_.Shutdown();
  const auto begin = std::chrono::steady_clock::now();
  server_->Drain(std::chrono::seconds(5));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(UserRpcTest, AsksForPatienceUntilTheSchemaIsReady) {
  serving_ = false;
  EXPECT_EQ(ApplyUser("user_a"), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(Get("user_a"), "DATABASE_UNAVAILABLE");
  EXPECT_EQ(Watch(""), "DATABASE_UNAVAILABLE");
}

TEST_F(UserRpcTest, ChangesAUserAtClerkAndInTheCopy) {
  clerk_.Add(NamedUser("user_a", 1000, "Ada"));
  v1::UpdateUserRequest request;
  request.mutable_user()->set_user_id("user_a");
  request.mutable_user()->set_first_name("Augusta");
  request.mutable_update_mask()->add_paths("first_name");
  request.mutable_update_mask()->add_paths("last_name");
  v1::User user;
  ASSERT_EQ(Call(&v1::UserService::Stub::UpdateUser, request, &user, Kind::kUser, "user_a"), "OK");
  EXPECT_EQ(user.first_name(), "Augusta");
  EXPECT_FALSE(user.has_last_name());
  EXPECT_EQ(Get("user_a"), "OK");
  EXPECT_EQ(Call(&v1::UserService::Stub::UpdateUser, request, &user, Kind::kUser, "user_b"), "PRINCIPAL_NOT_ALLOWED");
  EXPECT_EQ(Call(&v1::UserService::Stub::UpdateUser, request, &user, Kind::kService, "gateway"), "PRINCIPAL_NOT_ALLOWED");
  request.mutable_update_mask()->add_paths("banned");
  EXPECT_EQ(Call(&v1::UserService::Stub::UpdateUser, request, &user, Kind::kUser, "user_a"), "INVALID_FIELD");
}

TEST_F(UserRpcTest, DeletesAUserAtClerkAndLeavesATombstoneAlsoTheSecondTime) {
  ASSERT_EQ(state_.PinInstance("ins_first", {}).value(), "ins_first");
  clerk_.Add(NamedUser("user_a", 1000, "Ada"));
  ASSERT_EQ(ApplyUser("user_a"), "VERDICT_APPLIED");
  v1::DeleteUserRequest request;
  request.set_user_id("user_a");
  google::protobuf::Empty empty;
  EXPECT_EQ(Call(&v1::UserService::Stub::DeleteUser, request, &empty, Kind::kUser, "user_a"), "OK");
  EXPECT_EQ(ApplyUser("user_a"), "VERDICT_TOMBSTONED");
  EXPECT_EQ(Call(&v1::UserService::Stub::DeleteUser, request, &empty, Kind::kOperator, "me"), "OK");
}

TEST_F(UserRpcTest, DeletesNobodyWhomClerkDidNotDelete) {
  ASSERT_EQ(ApplyUser("user_a"), "VERDICT_APPLIED");
  clerk_.FailOnce({Code::kUnavailable, "CLERK_UNAVAILABLE", "Away.", {}});
  v1::DeleteUserRequest request;
  request.set_user_id("user_a");
  google::protobuf::Empty empty;
  EXPECT_EQ(Call(&v1::UserService::Stub::DeleteUser, request, &empty, Kind::kUser, "user_a"), "CLERK_UNAVAILABLE");
  EXPECT_EQ(Get("user_a"), "OK");
}

// The Clerk of another instance knows none of the copy's users: its 404 must not become a tombstone.
TEST_F(UserRpcTest, BelievesNo404WithTheKeyOfAnotherInstance) {
  ASSERT_EQ(ApplyUser("user_a"), "VERDICT_APPLIED");
  v1::DeleteUserRequest request;
  request.set_user_id("user_a");
  google::protobuf::Empty empty;
  const auto remove = [&] { return Call(&v1::UserService::Stub::DeleteUser, request, &empty, Kind::kUser, "user_a"); };
  ASSERT_EQ(state_.PinInstance("ins_other", {}).value(), "ins_other");
  EXPECT_EQ(remove(), "CLERK_UNAVAILABLE") << "another instance is pinned";
  instance_.Answer(runtime::Fail(Code::kUnavailable, "CLERK_UNAVAILABLE", "Away.", {}));
  EXPECT_EQ(remove(), "CLERK_UNAVAILABLE") << "Clerk does not say";
  EXPECT_EQ(Get("user_a"), "OK");
  instance_.Answer(std::string("ins_other"));
  EXPECT_EQ(remove(), "OK");
  EXPECT_EQ(ApplyUser("user_a"), "VERDICT_TOMBSTONED");
}

TEST_F(UserRpcTest, ABannedUserChangesNothingAnOperatorDoes) {
  clerk_.Add(NamedUser("user_a", 1000, "Ada"));
  v1::ApplyUserEventRequest event;
  event.mutable_user()->set_user_id("user_a");
  event.mutable_user()->set_banned(true);
  ASSERT_EQ(Apply(event), "VERDICT_APPLIED");
  v1::UpdateUserRequest update;
  update.mutable_user()->set_user_id("user_a");
  update.mutable_user()->set_first_name("Augusta");
  update.mutable_update_mask()->add_paths("first_name");
  v1::DeleteUserRequest deletion;
  deletion.set_user_id("user_a");
  v1::User user;
  google::protobuf::Empty empty;
  EXPECT_EQ(Call(&v1::UserService::Stub::UpdateUser, update, &user, Kind::kUser, "user_a"), "USER_BANNED");
  EXPECT_EQ(Call(&v1::UserService::Stub::DeleteUser, deletion, &empty, Kind::kUser, "user_a"), "USER_BANNED");
  EXPECT_EQ(clerk_.Get("user_a", runtime::DeadlineAfter(std::chrono::seconds(1)))->first_name, "Ada");
  EXPECT_EQ(Call(&v1::UserService::Stub::UpdateUser, update, &user, Kind::kOperator, "me"), "OK");
  EXPECT_EQ(user.first_name(), "Augusta");
}

TEST_F(UserRpcTest, MakesTemplateTokensForTheUserAlone) {
  v1::CreateTemplateTokenRequest request;
  request.set_user_id("user_a");
  request.set_session_id("sess_1");
  request.set_template_("supabase");
  v1::CreateTemplateTokenResponse response;
  EXPECT_EQ(Call(&v1::UserService::Stub::CreateTemplateToken, request, &response, Kind::kUser, "user_a"), "OK");
  EXPECT_EQ(response.jwt(), "token of user_a from supabase");
  EXPECT_EQ(Call(&v1::UserService::Stub::CreateTemplateToken, request, &response, Kind::kOperator, "me"),
            "PRINCIPAL_NOT_ALLOWED");
  request.mutable_lifetime()->set_seconds(29);
  EXPECT_EQ(Call(&v1::UserService::Stub::CreateTemplateToken, request, &response, Kind::kUser, "user_a"), "INVALID_FIELD");
  request.clear_lifetime();
  request.set_template_("not a name");
  EXPECT_EQ(Call(&v1::UserService::Stub::CreateTemplateToken, request, &response, Kind::kUser, "user_a"), "INVALID_FIELD");
}

TEST_F(UserRpcTest, KeepsToTheInstanceThatCameFirst) {
  v1::ApplyUserEventRequest event;
  event.mutable_user()->set_user_id("user_a");
  EXPECT_EQ(Apply(event), "VERDICT_APPLIED");  // names none, pins none
  event.set_instance_id("ins_first");
  EXPECT_EQ(Apply(event), "VERDICT_UNCHANGED");
  event.mutable_user()->set_user_id("user_b");
  event.set_instance_id("ins_second");
  EXPECT_EQ(Apply(event), "INSTANCE_MISMATCH");
  EXPECT_EQ(Get("user_b"), "USER_NOT_FOUND");
  v1::ConfirmInstanceRequest confirm;
  google::protobuf::Empty empty;
  confirm.set_instance_id("ins_first");
  EXPECT_EQ(Call(&v1::UserService::Stub::ConfirmInstance, confirm, &empty), "OK");
  confirm.set_instance_id("ins_second");
  EXPECT_EQ(Call(&v1::UserService::Stub::ConfirmInstance, confirm, &empty), "INSTANCE_MISMATCH");
  confirm.set_instance_id("");
  EXPECT_EQ(Call(&v1::UserService::Stub::ConfirmInstance, confirm, &empty), "INVALID_FIELD");
}

TEST_F(UserRpcTest, ExplainsAUserToOperators) {
  v1::ApplyUserEventRequest event;
  event.set_event_id("msg_1");
  event.mutable_user()->set_user_id("user_a");
  event.mutable_user()->mutable_update_time()->set_seconds(7);
  ASSERT_EQ(Apply(event), "VERDICT_APPLIED");
  v1::ExplainUserRequest request;
  request.set_user_id("user_a");
  v1::ExplainUserResponse response;
  ASSERT_EQ(Call(&v1::UserService::Stub::ExplainUser, request, &response, Kind::kOperator, "me"), "OK");
  EXPECT_EQ(response.version().seconds(), 7);
  ASSERT_EQ(response.changes_size(), 1);
  EXPECT_EQ(response.changes(0).source(), v1::UserChange::SOURCE_WEBHOOK);
  EXPECT_EQ(response.changes(0).event_id(), "msg_1");
  EXPECT_EQ(response.changes(0).verdict(), v1::ApplyUserEventResponse::VERDICT_APPLIED);
  EXPECT_EQ(Call(&v1::UserService::Stub::ExplainUser, request, &response), "PRINCIPAL_NOT_ALLOWED");
  request.set_user_id("user_nobody");
  EXPECT_EQ(Call(&v1::UserService::Stub::ExplainUser, request, &response, Kind::kOperator, "me"), "USER_NOT_FOUND");
}

TEST_F(UserRpcTest, StreamsABackfillToItsEnd) {
  for (const char* id : {"user_a", "user_b", "user_c"}) clerk_.Add(SparseUser(id, 1));
  grpc::ClientContext context;
  As(context, Kind::kOperator, "me");
  v1::BackfillUsersRequest request;
  request.set_page_size(2);
  const auto reader = stub_->BackfillUsers(&context, request);
  v1::BackfillUsersResponse last;
  while (reader->Read(&last)) {
  }
  EXPECT_EQ(ReasonOf(reader->Finish()), "OK");
  EXPECT_TRUE(last.finished());
  EXPECT_EQ(last.applied(), 3);
  EXPECT_EQ(Get("user_c"), "OK");
}

TEST_F(UserRpcTest, RefusesABackfillToOthersThanOperators) {
  grpc::ClientContext context;
  As(context, Kind::kService, "posts");
  const auto reader = stub_->BackfillUsers(&context, {});
  v1::BackfillUsersResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(ReasonOf(reader->Finish()), "PRINCIPAL_NOT_ALLOWED");
}

}  // namespace
}  // namespace inkwell::users
