#include "user-sync-service/access.h"

#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

tl::unexpected<runtime::Error> NotAllowed(std::string message) {
  return runtime::Fail(runtime::Code::kPermissionDenied, reason::kPrincipalNotAllowed, std::move(message));
}

}  // namespace

runtime::Result<void> MayReadUser(const runtime::Principal& principal, std::string_view user_id) {
  if (principal.MayActFor(user_id)) return {};
  return NotAllowed("A user may read only themselves.");
}

runtime::Result<void> MayChangeUser(const runtime::Principal& principal, std::string_view user_id) {
  if (principal.IsUser(user_id) || principal.kind == runtime::Principal::Kind::kOperator) return {};
  return NotAllowed("This is for the user and for operators.");
}

runtime::Result<void> MayActAsUser(const runtime::Principal& principal, std::string_view user_id) {
  if (principal.IsUser(user_id)) return {};
  return NotAllowed("This is for the user alone.");
}

runtime::Result<void> MayOperate(const runtime::Principal& principal) {
  if (principal.kind == runtime::Principal::Kind::kOperator) return {};
  return NotAllowed("This is for operators.");
}

runtime::Result<void> MayUseWholeCopy(const runtime::Principal& principal) {
  if (principal.kind != runtime::Principal::Kind::kUser) return {};
  return NotAllowed("This is for services and operators.");
}

}  // namespace inkwell::users
