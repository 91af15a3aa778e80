#pragma once

#include "inkwell/users/v1/users.pb.h"
#include "runtime/error.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/user.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {

// Proto to domain and back. Fails with INVALID_ARGUMENT / INVALID_FIELD (`metadata.field`).

// Output-only fields (delete_time, sync_time) are ignored. A time that is absent is the epoch, the oldest version: a payload
// without it is stored, and gives way to any other.
[[nodiscard]] runtime::Result<UserEvent> EventFromProto(const v1::ApplyUserEventRequest& request);
[[nodiscard]] runtime::Result<Source> SourceFromProto(v1::GetUserRequest::Source source);

// Of a tombstone only the id and the time of deletion.
void ToProto(const StoredUser& from, v1::User& to);
void ToProto(const ChangeBatch& from, v1::WatchUsersResponse& to);
[[nodiscard]] v1::ApplyUserEventResponse::Verdict ToProto(Verdict verdict);

}  // namespace inkwell::users
