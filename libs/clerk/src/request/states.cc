#include "request/states.h"

#include <memory>
#include <utility>

namespace clerk::request {
namespace {

// Reasons may come from Clerk's replies: nothing but visible ASCII goes into a header.
bool IsHeaderText(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return !text.empty();
}

void AddHeader(RequestState& state, const char* name, std::string_view value) {
  if (IsHeaderText(value)) state.headers.push_back({name, std::string(value)});
}

RequestState NotSignedIn(AuthStatus status, std::string reason, std::string message, std::vector<HttpHeader> headers) {
  RequestState state;
  state.status = status;
  state.reason = std::move(reason);
  state.message = std::move(message);
  state.headers = std::move(headers);
  AddHeader(state, "x-clerk-auth-status", ToString(status));
  AddHeader(state, "x-clerk-auth-reason", state.reason);
  AddHeader(state, "x-clerk-auth-message", state.message);
  return state;
}

}  // namespace

RequestState SignedIn(SessionToken session, std::string token, TokenCarrier carrier, std::vector<HttpHeader> headers) {
  RequestState state;
  state.status = AuthStatus::kSignedIn;
  state.token_type = TokenType::kSessionToken;
  state.token = std::move(token);
  state.carrier = carrier;
  state.headers = std::move(headers);
  state.session = std::move(session);
  return state;
}

RequestState SignedIn(MachineToken machine, std::string token) {
  RequestState state;
  state.status = AuthStatus::kSignedIn;
  state.token_type = machine.type;
  state.token = std::move(token);
  state.carrier = TokenCarrier::kHeader;
  state.machine = std::make_shared<const MachineToken>(std::move(machine));
  return state;
}

RequestState SignedOut(std::optional<TokenType> type, std::string reason, std::string message, std::vector<HttpHeader> headers) {
  RequestState state = NotSignedIn(AuthStatus::kSignedOut, std::move(reason), std::move(message), std::move(headers));
  state.token_type = type;
  return state;
}

RequestState Handshake(std::string reason, std::string message, std::vector<HttpHeader> headers) {
  RequestState state = NotSignedIn(AuthStatus::kHandshake, std::move(reason), std::move(message), std::move(headers));
  state.token_type = TokenType::kSessionToken;
  return state;
}

}  // namespace clerk::request
