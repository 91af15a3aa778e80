#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/http_client.h"
#include "clerk/request_state.h"

namespace clerk {

// What to answer instead of serving a request.
struct Refusal {
  int status = 401;  // 401 or 307
  // With `x-clerk-auth-status`, `-reason` and `-message`, and `Location` for a 307.
  std::vector<HttpHeader> headers{};
};

// For API calls: nullopt if somebody is signed in, else 401. A session with open tasks counts as signed out, with the reason
// "session-pending", which is ours.
[[nodiscard]] std::optional<Refusal> RequireForApi(const RequestState& state);

// For pages: nullopt if somebody is signed in. Else 307: through the handshake, or to `sign_in_url` with the page as
// `redirect_url` (to `<sign_in_url>/tasks` for a session with open tasks). `page_url` is where the browser shall return to.
//
// Send the state's own headers with the page when the request is let through: they carry new cookies.
[[nodiscard]] std::optional<Refusal> RequireForPage(const RequestState& state, std::string_view sign_in_url,
                                                    std::string_view page_url);

}  // namespace clerk
