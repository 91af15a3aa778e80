#pragma once

#include "inkwell/users/v1/users.pb.h"
#include "runtime/error.h"
#include "user-sync-service/backfill.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/clerk_sessions.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/user.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {

// Proto to domain and back. Fails with INVALID_ARGUMENT / INVALID_FIELD (`metadata.field`).

// Output-only fields (delete_time, sync_time) are ignored. A time that is absent is the epoch, the oldest version: a payload
// without it is stored, and gives way to any other.
[[nodiscard]] runtime::Result<UserMessage> MessageFromProto(const v1::ApplyUserEventRequest& request);
[[nodiscard]] runtime::Result<Source> SourceFromProto(v1::GetUserRequest::Source source);

[[nodiscard]] runtime::Result<ProfileUpdate> UpdateFromProto(const v1::UpdateUserRequest& request);
[[nodiscard]] runtime::Result<TemplateTokenRequest> TokenRequestFromProto(const v1::CreateTemplateTokenRequest& request);
[[nodiscard]] runtime::Result<BackfillRequest> BackfillFromProto(const v1::BackfillUsersRequest& request);

// Of a tombstone only the id and the time of deletion.
void ToProto(const StoredUser& from, v1::User& to);
void ToProto(const ChangeBatch& from, v1::WatchUsersResponse& to);
void ToProto(const UserPage& from, v1::ListUsersResponse& to);
void ToProto(Verdict from, v1::ApplyUserEventResponse& to);
void ToProto(const Explanation& from, v1::ExplainUserResponse& to);
void ToProto(const BackfillProgress& from, v1::BackfillUsersResponse& to);
[[nodiscard]] v1::ApplyUserEventResponse::Verdict ToProto(Verdict verdict);

}  // namespace inkwell::users
