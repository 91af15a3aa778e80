#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/request_state.h"

namespace clerk::request {

// The states of section 5.1 of the contract, with the headers that belong to them.

[[nodiscard]] RequestState SignedIn(SessionToken session, std::string token, TokenCarrier carrier,
                                    std::vector<HttpHeader> headers = {});
[[nodiscard]] RequestState SignedIn(MachineToken machine, std::string token);
[[nodiscard]] RequestState SignedOut(std::optional<TokenType> type, std::string reason, std::string message = {},
                                     std::vector<HttpHeader> headers = {});
[[nodiscard]] RequestState Handshake(std::string reason, std::string message, std::vector<HttpHeader> headers);

// Of a session.
[[nodiscard]] inline RequestState SignedOut(std::string reason, std::string message = {}) {
  return SignedOut(TokenType::kSessionToken, std::move(reason), std::move(message));
}

}  // namespace clerk::request
