#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "clerk/publishable_key.h"

namespace clerk::request {

// Whose cookies are looked for.
struct CookieOwner {
  std::string suffix{};  // what Clerk appends to the names
  std::string issuer{};  // the Frontend API's host, which the instance's tokens name as their issuer
  InstanceType instance_type = InstanceType::kProduction;
};

// The cookies of a request that Clerk's SDKs read (contract, sections 5.3 and 5.4); "" for those that are absent.
struct RequestCookies {
  bool suffixed = false;  // whether session, client_uat and dev_browser are those with the suffix
  std::string session{};
  std::string client_uat{};   // when the browser's client last signed in or out; "0" is out
  std::string dev_browser{};  // the browser's identity at a development instance
  std::string refresh{};      // always with the suffix
  std::string handshake{};    // these three never
  std::string handshake_nonce{};
  std::string redirect_count{};
};

// `now` decides whether an expired session with suffix gives way to a sign-out without (development only). No signature is
// checked.
[[nodiscard]] RequestCookies ReadRequestCookies(std::string_view cookie_header, const CookieOwner& owner,
                                                std::chrono::system_clock::time_point now);

}  // namespace clerk::request
