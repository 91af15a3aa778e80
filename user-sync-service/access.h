#pragma once

#include <string_view>

#include "runtime/call_context.h"
#include "runtime/error.h"

namespace inkwell::users {

// Who may do what (protos/inkwell/users/v1/users.proto). Fails with PERMISSION_DENIED / PRINCIPAL_NOT_ALLOWED.

// A user reads only themselves; services and operators read anybody.
[[nodiscard]] runtime::Result<void> MayReadUser(const runtime::Principal& principal, std::string_view user_id);

// Events, lists and the change stream are for services and operators.
[[nodiscard]] runtime::Result<void> MayUseWholeCopy(const runtime::Principal& principal);

}  // namespace inkwell::users
