#include "api/session_json.h"

#include <utility>

namespace clerk::api {

using encoding::Json;
using encoding::OptionalInteger;
using encoding::OptionalString;

std::optional<Session> ParseSession(const Json& json) {
  auto id = OptionalString(json, "id");
  if (!id || id->empty()) return std::nullopt;
  Session session;
  session.id = std::move(*id);
  session.client_id = OptionalString(json, "client_id").value_or("");
  session.user_id = OptionalString(json, "user_id").value_or("");
  session.status = OptionalString(json, "status").value_or("");
  session.last_active_organization_id = OptionalString(json, "last_active_organization_id");
  const Json* actor = encoding::Member(json, "actor");
  if (actor != nullptr && actor->is_object()) session.actor = encoding::CanonicalText(*actor);
  session.last_active_at = OptionalInteger(json, "last_active_at").value_or(0);
  session.expire_at = OptionalInteger(json, "expire_at").value_or(0);
  session.abandon_at = OptionalInteger(json, "abandon_at").value_or(0);
  session.created_at = OptionalInteger(json, "created_at").value_or(0);
  session.updated_at = OptionalInteger(json, "updated_at").value_or(0);
  return session;
}

}  // namespace clerk::api
