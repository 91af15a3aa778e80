#include "gateway/handlers/me_handler.h"

#include <utility>

#include "gateway/handlers/request_parts.h"
#include "gateway/handlers/service_call.h"
#include "gateway/handlers/service_error.h"
#include "gateway/handlers/user_json.h"

namespace inkwell::gateway {

void MeHandler::Get(const RequestInfo& request, const runtime::Principal& user, Reply reply) const {
  using users::v1::GetUserRequest;
  const auto fresh = QueryParameter(request.target(), "fresh");
  if (!fresh) return std::move(reply).Fail(fresh.error());
  const std::string choice = fresh->value_or("0");
  if (choice != "0" && choice != "1") {
    return std::move(reply).Fail(BadRequest("INVALID_PARAMETER", "fresh is 0 or 1.", "fresh").value());
  }
  GetUserRequest call;
  call.set_user_id(user.id);
  call.set_source(choice == "1" ? GetUserRequest::SOURCE_CLERK : GetUserRequest::SOURCE_COPY_THEN_CLERK);
  StartCall(users_, &Stub::async_interface::GetUser, CallFor(request, user), std::move(call), Retry::kOnceIfConnectionBroke,
            [reply = std::move(reply)](runtime::Result<users::v1::User> found) mutable {
              Response response =
                  found ? JsonResponse(200, RenderUser(*found)) : ErrorResponse(found.error(), reply.request_id());
              std::move(reply).Send(std::move(response));
            });
}

}  // namespace inkwell::gateway
