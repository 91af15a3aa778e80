#include "user-sync-service/user_proto.h"

#include <gtest/gtest.h>

#include <set>

#include "inkwell/users/v1/error_reason.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/user-sync-service/sample_users.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using runtime::Code;

TEST(UserProto, CarriesAUserThereAndBack) {
  StoredUser stored;
  stored.user = NamedUser("user_a", 1'700'000'000'123, "Ada");
  stored.user.banned = true;
  v1::ApplyUserEventRequest request;
  ToProto(stored, *request.mutable_user());
  const auto event = MessageFromProto(request).value().event;
  EXPECT_EQ(std::get<UserState>(event).user, stored.user);
}

TEST(UserProto, CarriesASparseUserThereAndBack) {
  StoredUser stored;
  stored.user = SparseUser("user_a", 1);
  v1::ApplyUserEventRequest request;
  ToProto(stored, *request.mutable_user());
  EXPECT_FALSE(request.user().has_email());
  EXPECT_EQ(std::get<UserState>(MessageFromProto(request).value().event).user, stored.user);
}

TEST(UserProto, ShowsOfATombstoneOnlyIdAndTime) {
  StoredUser stored;
  stored.user.id = "user_a";
  stored.deleted_at = CopyTime{std::chrono::microseconds{1'700'000'000'123'456}};
  v1::User expected;
  expected.set_user_id("user_a");
  expected.mutable_delete_time()->set_seconds(1'700'000'000);
  expected.mutable_delete_time()->set_nanos(123'456'000);
  v1::User proto;
  ToProto(stored, proto);
  EXPECT_EQ(proto.SerializeAsString(), expected.SerializeAsString());
}

TEST(UserProto, TakesAUserWithoutTimesAsTheOldestVersion) {
  v1::ApplyUserEventRequest request;
  request.mutable_user()->set_user_id("user_a");
  EXPECT_EQ(std::get<UserState>(MessageFromProto(request).value().event).version.updated_at, ClerkTime{});
}

TEST(UserProto, RefusesAnEventThatSaysNothing) {
  v1::ApplyUserEventRequest request;
  EXPECT_THAT(MessageFromProto(request), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  request.set_deleted_user_id("");
  EXPECT_THAT(MessageFromProto(request), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  request.mutable_user();
  EXPECT_THAT(MessageFromProto(request), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
}

TEST(UserProto, RefusesTimesBeyondAllRange) {
  v1::ApplyUserEventRequest request;
  request.mutable_user()->set_user_id("user_a");
  for (const std::int64_t seconds : {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    request.mutable_user()->mutable_update_time()->set_seconds(seconds);
    EXPECT_THAT(MessageFromProto(request), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
  }
}

TEST(UserProto, RefusesAnUnknownSource) {
  EXPECT_EQ(SourceFromProto(v1::GetUserRequest::SOURCE_UNSPECIFIED).value(), Source::kCopy);
  EXPECT_THAT(SourceFromProto(static_cast<v1::GetUserRequest::Source>(77)), FailsWith(Code::kInvalidArgument, "INVALID_FIELD"));
}

TEST(UserProto, NamesEveryVerdict) {
  std::set<int> protos;
  for (const auto verdict : {Verdict::kApplied, Verdict::kUnchanged, Verdict::kOlder, Verdict::kTombstoned}) {
    protos.insert(ToProto(verdict));
  }
  EXPECT_EQ(protos, (std::set<int>{1, 2, 3, 4}));
}

TEST(Reasons, AreThoseOfTheProto) {
  std::set<std::string> of_proto;
  const auto* values = v1::ErrorReason_descriptor();
  for (int i = 1; i < values->value_count(); ++i) {
    of_proto.insert(std::string(values->value(i)->name()).substr(std::string("ERROR_REASON_").size()));
  }
  const std::set<std::string> ours{
      reason::kPrincipalRequired, reason::kPrincipalNotAllowed, reason::kInvalidField,     reason::kInvalidPageToken,
      reason::kUserNotFound,      reason::kClerkNotConfigured,  reason::kClerkUnavailable, reason::kDatabaseUnavailable,
      reason::kOverloaded,        reason::kCursorInvalid,       reason::kInternal,         reason::kDeadlineExceeded,
      reason::kInstanceMismatch,  reason::kClerkRefused,        reason::kSessionNotFound,  reason::kTemplateNotFound,
      reason::kBackfillRunning,   reason::kTooManyDeletions,    reason::kUserBanned,       reason::kCancelled};
  EXPECT_EQ(ours, of_proto);
}

}  // namespace
}  // namespace inkwell::users
