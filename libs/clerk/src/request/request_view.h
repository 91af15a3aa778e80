#pragma once

#include <string>
#include <string_view>

#include "clerk/request_authenticator.h"
#include "clerk/result.h"
#include "request/request_cookies.h"
#include "request/url.h"

namespace clerk::request {

// The fields of that name in one, joined by ", " (cookies by "; "); "" if there are none.
[[nodiscard]] std::string HeaderOf(const IncomingRequest& request, std::string_view name);

// The token of the Authorization header, or "": the value is split on single spaces, and only the first two pieces count. A value
// without a scheme is taken for a token, a scheme other than `Bearer` is somebody else's. A view into the request's first such
// header.
[[nodiscard]] std::string_view TokenInHeader(const IncomingRequest& request);

// The URL that the browser used (contract, section 5.2): the host of x-forwarded-host or host, the scheme of x-forwarded-proto,
// if they make a URL. Fails with kRequestInvalid if the request's own URL is none.
[[nodiscard]] Result<Url> PublicUrl(const IncomingRequest& request, bool trust_forwarded_headers);

// What the rules of section 5 look at in a request, besides the token in the header.
struct RequestView {
  Url url;
  std::string_view method{};
  std::string header_token{};
  std::string origin{};
  std::string referer{};
  std::string fetch_destination{};  // sec-fetch-dest
  std::string accept{};
  RequestCookies cookies{};
  double client_uat = 0;  // 0: signed out, or not known
  std::string dev_browser{};
  std::string handshake_token{};
  std::string handshake_nonce{};
  double redirect_count = 0;  // how many handshakes were started in a row

  [[nodiscard]] bool is_get() const { return method == "GET"; }
  [[nodiscard]] bool has_session_cookie() const { return !cookies.session.empty(); }
  [[nodiscard]] bool has_active_client() const { return client_uat != 0; }
};

[[nodiscard]] Result<RequestView> ViewRequest(const IncomingRequest& request, const CookieOwner& owner,
                                              bool trust_forwarded_headers, std::chrono::system_clock::time_point now);

}  // namespace clerk::request
