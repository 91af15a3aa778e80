#pragma once

#include <string_view>

#include "runtime/call_context.h"
#include "runtime/error.h"

namespace inkwell::users {

// Who may do what (protos/inkwell/users/v1/users.proto). Fails with PERMISSION_DENIED / PRINCIPAL_NOT_ALLOWED.

// A user reads only themselves; services and operators read anybody.
[[nodiscard]] runtime::Result<void> MayReadUser(const runtime::Principal& principal, std::string_view user_id);

// A user changes and deletes only themselves; operators anybody. Services do so on behalf of a user only, as that user.
[[nodiscard]] runtime::Result<void> MayChangeUser(const runtime::Principal& principal, std::string_view user_id);

// A token for the user's own session is for that user alone.
[[nodiscard]] runtime::Result<void> MayActAsUser(const runtime::Principal& principal, std::string_view user_id);

// Backfills and explanations are for operators.
[[nodiscard]] runtime::Result<void> MayOperate(const runtime::Principal& principal);

// Events, lists and the change stream are for services and operators.
[[nodiscard]] runtime::Result<void> MayUseWholeCopy(const runtime::Principal& principal);

}  // namespace inkwell::users
