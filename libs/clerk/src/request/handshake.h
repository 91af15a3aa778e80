#pragma once

#include <string>
#include <string_view>

#include "request/setup.h"

namespace clerk::request {

// Sends the browser through the handshake if that may help: the request is a page's (contract, section 5.8), and the way has not
// been gone three times in a row. Else signed out with the same reason.
//
// An error if the configuration gives no URL to send the browser to.
[[nodiscard]] Result<RequestState> HandshakeOrSignedOut(const Attempt& attempt, std::string reason, std::string message = {});

// The same, to another place than the Frontend API.
[[nodiscard]] Result<RequestState> HandshakeOrSignedOut(const Attempt& attempt, std::string reason, std::string message,
                                                        std::string location);

// The state that the end of a handshake brings, if the request is one: if it has a token or a nonce. `outcome` is then empty if a
// call is needed that may not be made. Not resolved: there is no handshake, or it is another application's of the same domain.
struct ResolvedHandshake {
  bool resolved = false;
  Outcome outcome{};
};
[[nodiscard]] ResolvedHandshake ResolveHandshake(const Attempt& attempt);

}  // namespace clerk::request
