#include "user-sync-service/user_proto.h"

#include <optional>
#include <string>

#include "user-sync-service/reasons.h"
#include "user-sync-service/user_content.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Fail;
using runtime::Result;

// Seconds are bounded first, so that milliseconds cannot overflow; Canonicalize judges the range.
ClerkTime TimeFromProto(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kTooFar = 1'000'000'000'000;
  const std::int64_t seconds = std::clamp(static_cast<std::int64_t>(time.seconds()), -kTooFar, kTooFar);
  return ClerkTime{std::chrono::milliseconds{seconds * 1000 + time.nanos() / 1'000'000}};
}

void SetTime(CopyTime time, google::protobuf::Timestamp& to) {
  const auto micros = time.time_since_epoch().count();
  to.set_seconds(micros / 1'000'000);
  to.set_nanos(static_cast<std::int32_t>(micros % 1'000'000 * 1000));
}

User UserFromProto(const v1::User& from) {
  User user;
  user.id = from.user_id();
  if (from.has_email()) user.email = from.email();
  if (from.has_first_name()) user.first_name = from.first_name();
  if (from.has_last_name()) user.last_name = from.last_name();
  if (from.has_username()) user.username = from.username();
  if (from.has_image_url()) user.image_url = from.image_url();
  user.public_metadata = from.public_metadata_json();
  user.banned = from.banned();
  user.locked = from.locked();
  user.created_at = TimeFromProto(from.create_time());
  user.updated_at = TimeFromProto(from.update_time());
  return user;
}

}  // namespace

Result<UserEvent> EventFromProto(const v1::ApplyUserEventRequest& request) {
  switch (request.event_case()) {
    case v1::ApplyUserEventRequest::kUser:
      return Canonicalize(UserFromProto(request.user())).map([](UserState&& state) { return UserEvent(std::move(state)); });
    case v1::ApplyUserEventRequest::kDeletedUserId:
      if (!IsUserId(request.deleted_user_id())) {
        return Fail(Code::kInvalidArgument, reason::kInvalidField, "The user id is malformed.", {{"field", "deleted_user_id"}});
      }
      return UserDeletion{request.deleted_user_id()};
    case v1::ApplyUserEventRequest::EVENT_NOT_SET:
      break;
  }
  return Fail(Code::kInvalidArgument, reason::kInvalidField, "The event is missing.", {{"field", "event"}});
}

Result<Source> SourceFromProto(v1::GetUserRequest::Source source) {
  switch (source) {
    case v1::GetUserRequest::SOURCE_UNSPECIFIED:
    case v1::GetUserRequest::SOURCE_COPY:
      return Source::kCopy;
    case v1::GetUserRequest::SOURCE_COPY_THEN_CLERK:
      return Source::kCopyThenClerk;
    case v1::GetUserRequest::SOURCE_CLERK:
      return Source::kClerk;
    default:  // a number that a newer client knows
      return Fail(Code::kInvalidArgument, reason::kInvalidField, "The source is unknown.", {{"field", "source"}});
  }
}

void ToProto(const StoredUser& from, v1::User& to) {
  const User& user = from.user;
  to.set_user_id(user.id);
  if (from.deleted_at) {
    SetTime(*from.deleted_at, *to.mutable_delete_time());
    return;
  }
  if (user.email) to.set_email(*user.email);
  if (user.first_name) to.set_first_name(*user.first_name);
  if (user.last_name) to.set_last_name(*user.last_name);
  if (user.username) to.set_username(*user.username);
  if (user.image_url) to.set_image_url(*user.image_url);
  to.set_public_metadata_json(user.public_metadata);
  to.set_banned(user.banned);
  to.set_locked(user.locked);
  SetTime(user.created_at, *to.mutable_create_time());
  SetTime(user.updated_at, *to.mutable_update_time());
  SetTime(from.synced_at, *to.mutable_sync_time());
}

void ToProto(const ChangeBatch& from, v1::WatchUsersResponse& to) {
  for (const StoredUser& user : from.users) ToProto(user, *to.add_users());
  to.set_cursor(from.cursor);
  to.set_caught_up(from.caught_up);
}

v1::ApplyUserEventResponse::Verdict ToProto(Verdict verdict) {
  switch (verdict) {
    case Verdict::kApplied:
      return v1::ApplyUserEventResponse::VERDICT_APPLIED;
    case Verdict::kUnchanged:
      return v1::ApplyUserEventResponse::VERDICT_UNCHANGED;
    case Verdict::kOlder:
      return v1::ApplyUserEventResponse::VERDICT_OLDER;
    case Verdict::kTombstoned:
      return v1::ApplyUserEventResponse::VERDICT_TOMBSTONED;
  }
  return v1::ApplyUserEventResponse::VERDICT_UNSPECIFIED;
}

}  // namespace inkwell::users
