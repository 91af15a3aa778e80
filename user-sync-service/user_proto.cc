#include "user-sync-service/user_proto.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "user-sync-service/instance_pin.h"
#include "user-sync-service/opaque_text.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/user_content.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Error;
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

tl::unexpected<Error> InvalidField(const char* field, std::string message) {
  return Fail(Code::kInvalidArgument, reason::kInvalidField, std::move(message), {{"field", field}});
}

// An id of another's making, as far as it can be kept and shown: printable ASCII, at most 64 characters.
std::string IdForLogs(const std::string& id) {
  constexpr std::size_t kMax = 64;
  const bool printable = std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  return printable && id.size() <= kMax ? id : std::string();
}

bool IsTemplateName(const std::string& name) {
  constexpr std::size_t kMax = 64;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= kMax && std::all_of(name.begin(), name.end(), allowed);
}

v1::UserChange::Source ToProto(ChangeSource source) {
  switch (source) {
    case ChangeSource::kWebhook:
      return v1::UserChange::SOURCE_WEBHOOK;
    case ChangeSource::kJustInTime:
      return v1::UserChange::SOURCE_JUST_IN_TIME;
    case ChangeSource::kBackfill:
      return v1::UserChange::SOURCE_BACKFILL;
    case ChangeSource::kProfileWrite:
      return v1::UserChange::SOURCE_PROFILE_WRITE;
  }
  return v1::UserChange::SOURCE_UNSPECIFIED;
}

}  // namespace

Result<UserMessage> MessageFromProto(const v1::ApplyUserEventRequest& request) {
  if (!request.instance_id().empty() && !IsInstanceId(request.instance_id())) {
    return InvalidField("instance_id", "The instance id is malformed.");
  }
  const Origin origin{ChangeSource::kWebhook, IdForLogs(request.event_id())};
  switch (request.event_case()) {
    case v1::ApplyUserEventRequest::kUser:
      return Canonicalize(UserFromProto(request.user())).map([&](UserState&& state) {
        return UserMessage(std::move(state), origin);
      });
    case v1::ApplyUserEventRequest::kDeletedUserId:
      if (!IsUserId(request.deleted_user_id())) return InvalidField("deleted_user_id", "The user id is malformed.");
      return UserMessage(UserDeletion{request.deleted_user_id()}, origin);
    case v1::ApplyUserEventRequest::EVENT_NOT_SET:
      break;
  }
  return InvalidField("event", "The event is missing.");
}

Result<ProfileUpdate> UpdateFromProto(const v1::UpdateUserRequest& request) {
  constexpr std::size_t kMaxName = 1024;
  const v1::User& user = request.user();
  if (request.update_mask().paths().empty()) return InvalidField("update_mask", "The update mask is missing.");
  ProfileUpdate update;
  for (const std::string& path : request.update_mask().paths()) {
    std::optional<std::optional<std::string>>* member = nullptr;
    std::optional<std::string> value;
    if (path == "first_name") {
      member = &update.first_name;
      if (user.has_first_name()) value = user.first_name();
    } else if (path == "last_name") {
      member = &update.last_name;
      if (user.has_last_name()) value = user.last_name();
    } else if (path == "username") {
      member = &update.username;
      if (user.has_username()) value = user.username();
    } else {
      return InvalidField("update_mask", "Only first_name, last_name and username can be changed.");
    }
    if (value && (value->size() > kMaxName || value->find('\0') != std::string::npos)) {
      return InvalidField(path.c_str(), "The text is too long or holds U+0000.");
    }
    *member = std::move(value);
  }
  return update;
}

Result<TemplateTokenRequest> TokenRequestFromProto(const v1::CreateTemplateTokenRequest& request) {
  constexpr std::chrono::seconds kShortest{30};
  constexpr std::chrono::seconds kLongest{315'360'000};
  if (!IsUserId(request.user_id())) return InvalidField("user_id", "The user id is missing or malformed.");
  // The same characters as in a user id.
  if (!IsUserId(request.session_id())) return InvalidField("session_id", "The session id is missing or malformed.");
  if (!IsTemplateName(request.template_())) return InvalidField("template", "The template's name is missing or malformed.");
  TemplateTokenRequest token{request.user_id(), request.session_id(), request.template_(), std::nullopt};
  if (request.has_lifetime()) {
    const std::chrono::seconds lifetime{request.lifetime().seconds()};
    if (lifetime < kShortest || lifetime > kLongest || request.lifetime().nanos() != 0) {
      return InvalidField("lifetime", "The lifetime must be whole seconds from 30 to 315360000.");
    }
    token.lifetime = lifetime;
  }
  return token;
}

Result<BackfillRequest> BackfillFromProto(const v1::BackfillUsersRequest& request) {
  constexpr int kMaxPageSize = 500;
  if (request.page_size() < 0) return InvalidField("page_size", "The page size is negative.");
  BackfillRequest backfill{request.resume_token(), request.delete_missing(), kMaxPageSize};
  // Pages overlap by one user at least.
  if (request.page_size() > 0) backfill.page_size = std::clamp(request.page_size(), 2, kMaxPageSize);
  return backfill;
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

void ToProto(const UserPage& from, v1::ListUsersResponse& to) {
  for (const StoredUser& user : from.users) ToProto(user, *to.add_users());
  if (from.more) to.set_next_page_token(EncodePageToken(from.users.back().user.id));
}

void ToProto(Verdict from, v1::ApplyUserEventResponse& to) { to.set_verdict(ToProto(from)); }

void ToProto(const Explanation& from, v1::ExplainUserResponse& to) {
  if (from.version) SetTime(*from.version, *to.mutable_version());
  if (from.deleted_at) SetTime(*from.deleted_at, *to.mutable_delete_time());
  for (const NotedChange& change : from.changes) {
    v1::UserChange& told = *to.add_changes();
    told.set_source(ToProto(change.origin.source));
    told.set_event_id(change.origin.event_id);
    if (change.version) SetTime(*change.version, *told.mutable_version());
    told.set_verdict(ToProto(change.verdict));
    SetTime(change.received_at, *told.mutable_receive_time());
  }
}

void ToProto(const BackfillProgress& from, v1::BackfillUsersResponse& to) {
  to.set_phase(from.phase == BackfillProgress::Phase::kCopying ? v1::BackfillUsersResponse::PHASE_COPYING
                                                               : v1::BackfillUsersResponse::PHASE_CONFIRMING);
  to.set_done(from.done);
  to.set_total(from.total);
  to.set_applied(from.totals.applied);
  to.set_unchanged(from.totals.unchanged);
  to.set_missing(from.totals.missing);
  to.set_deleted(from.totals.deleted);
  to.set_resume_token(from.resume_token);
  to.set_finished(from.finished);
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
