#include "clerk/request_state.h"

#include "encoding/text.h"

namespace clerk {

std::string_view ToString(TokenType type) {
  switch (type) {
    case TokenType::kSessionToken:
      return "session_token";
    case TokenType::kApiKey:
      return "api_key";
    case TokenType::kM2mToken:
      return "m2m_token";
    case TokenType::kOauthToken:
      return "oauth_token";
  }
  return "";
}

std::string_view ToString(AuthStatus status) {
  switch (status) {
    case AuthStatus::kSignedIn:
      return "signed-in";
    case AuthStatus::kSignedOut:
      return "signed-out";
    case AuthStatus::kHandshake:
      return "handshake";
  }
  return "";
}

std::optional<std::string> MachineToken::user_id() const {
  const bool acts_for_user = type == TokenType::kOauthToken || (type == TokenType::kApiKey && subject.starts_with("user_"));
  return acts_for_user ? std::optional(subject) : std::nullopt;
}

std::optional<std::string> MachineToken::organization_id() const {
  return type == TokenType::kApiKey && subject.starts_with("org_") ? std::optional(subject) : std::nullopt;
}

std::string_view RequestState::Location() const {
  for (const auto& header : headers) {
    if (encoding::EqualsIgnoreCase(header.name, "location")) return header.value;
  }
  return {};
}

Auth RequestState::ToAuth(PendingSessions pending) const {
  Auth auth;
  auth.token_type = token_type;
  if (machine != nullptr) {
    auth.machine = machine.get();
    auth.is_authenticated = true;
  } else if (session && session->auth()) {
    const AuthObject& object = *session->auth();
    if (object.session_status) auth.session_status = *object.session_status;
    if (pending == PendingSessions::kAreSignedIn || !session->is_pending()) {
      auth.session = &object;
      auth.is_authenticated = true;
    }
  }
  return auth;
}

}  // namespace clerk
