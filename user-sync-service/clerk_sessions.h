#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::users {

struct TemplateTokenRequest {
  std::string user_id;
  std::string session_id;
  std::string template_name;
  std::optional<std::chrono::seconds> lifetime;  // absent: the template's own
};

// Clerk's sessions. A port: clerk_api.h asks the Backend API. Thread-safe; calls block until their deadline.
class ClerkSessions {
 public:
  virtual ~ClerkSessions() = default;

  // A token from a template for a live session, which must be the user's own: Clerk itself asks for the session's id alone.
  // Errors: NOT_FOUND / SESSION_NOT_FOUND or TEMPLATE_NOT_FOUND, INVALID_ARGUMENT / CLERK_REFUSED, UNAVAILABLE /
  // CLERK_UNAVAILABLE.
  [[nodiscard]] virtual runtime::Result<std::string> CreateTemplateToken(const TemplateTokenRequest& request,
                                                                         runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::users
