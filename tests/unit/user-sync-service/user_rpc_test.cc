// The copy by gRPC: events, reads, lists and the change stream.
#include <gmock/gmock.h>

#include "google/rpc/status.pb.h"
#include "tests/support/metric_value.h"
#include "tests/unit/user-sync-service/user_rpc_fixture.h"
#include "user-sync-service/opaque_text.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace inkwell::users
