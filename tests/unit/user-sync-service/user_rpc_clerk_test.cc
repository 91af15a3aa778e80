// What reaches Clerk by gRPC, and what operators ask for: profiles, tokens, the instance, explanations, backfills.
#include <gmock/gmock.h>

#include "tests/unit/user-sync-service/sample_users.h"
#include "tests/unit/user-sync-service/user_rpc_fixture.h"

namespace inkwell::users {
namespace {

using runtime::Code;

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
