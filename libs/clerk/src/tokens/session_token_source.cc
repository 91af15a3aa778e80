#include "clerk/session_token_source.h"

#include <array>
#include <utility>

#include "request/request_cookies.h"
#include "request/request_view.h"

namespace clerk {

std::optional<FoundToken> FindSessionToken(const RequestCredentials& credentials, const PublishableKey& key,
                                           std::chrono::system_clock::time_point now) {
  const std::array<HeaderView, 1> headers{{{"authorization", credentials.authorization}}};
  const auto header_token = request::TokenInHeader({.headers = headers});
  if (!header_token.empty()) return FoundToken{std::string(header_token), TokenCarrier::kHeader};
  const request::CookieOwner owner{key.cookie_suffix(), key.host(), key.instance_type()};
  auto cookies = request::ReadRequestCookies(credentials.cookie, owner, now);
  if (cookies.session.empty()) return std::nullopt;
  return FoundToken{std::move(cookies.session), TokenCarrier::kCookie};
}

}  // namespace clerk
