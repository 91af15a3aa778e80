#include "request/request_cookies.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "encoding/text.h"
#include "jwt/decoded_jwt.h"
#include "tokens/cookies.h"

namespace clerk::request {
namespace {

constexpr std::string_view kSession = "__session";
constexpr std::string_view kClientUat = "__client_uat";
constexpr std::string_view kDevBrowser = "__clerk_db_jwt";

// Without any "http://" and "https://", in whatever case.
std::string WithoutSchemes(std::string_view issuer) {
  std::string host;
  while (!issuer.empty()) {
    std::size_t skipped = 0;
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (encoding::EqualsIgnoreCase(issuer.substr(0, scheme.size()), scheme)) skipped = scheme.size();
    }
    if (skipped == 0) host += issuer.front();
    issuer.remove_prefix(skipped == 0 ? 1 : skipped);
  }
  return host;
}

using Jwt = std::optional<jwt::DecodedJwt>;

Jwt Decode(std::string_view token) {
  auto decoded = jwt::DecodeJwt(token);
  return decoded ? std::optional(*std::move(decoded)) : std::nullopt;
}

double NumberOf(const Jwt& token, std::string_view claim) { return token ? token->Claim(claim).number().value_or(0) : 0; }

struct Pair {
  std::string session;
  std::string client_uat;
};

// The rules of section 5.4, in their order. They keep several instances apart that share a domain, and browsers with an old
// clerk-js, which knows no suffix, from those with a new one.
bool UsesSuffixed(const Pair& plain, const Pair& suffixed, const CookieOwner& owner, double now_s) {
  Jwt plain_token;
  if (!plain.session.empty()) {
    plain_token = Decode(plain.session);
    if (!plain_token || !plain_token->Claim("iss").truthy()) return false;
    const auto issuer = plain_token->Claim("iss").string();
    if (!issuer || WithoutSchemes(*issuer) != owner.issuer) return true;
  }
  if (suffixed.client_uat.empty() && suffixed.session.empty()) return false;

  const bool plain_is_out = plain.client_uat == "0";
  const bool suffixed_is_out = suffixed.client_uat == "0";
  const bool development = owner.instance_type != InstanceType::kProduction;
  const bool only_plain_is_out = plain_is_out && !suffixed_is_out;
  Jwt suffixed_token;
  if (plain_token || (development && only_plain_is_out)) suffixed_token = Decode(suffixed.session);

  if (!suffixed_is_out && !plain_is_out && NumberOf(plain_token, "iat") > NumberOf(suffixed_token, "iat")) return false;
  if (suffixed_is_out && !plain_is_out) return false;
  if (development && only_plain_is_out && suffixed_token) {
    const auto expiry = suffixed_token->Claim("exp").number();
    if (expiry && *expiry <= now_s) return false;
  }
  return suffixed.session.empty() || !suffixed.client_uat.empty();
}

}  // namespace

RequestCookies ReadRequestCookies(std::string_view cookie_header, const CookieOwner& owner,
                                  std::chrono::system_clock::time_point now) {
  RequestCookies cookies;
  if (cookie_header.empty()) return cookies;
  const auto find = [&](std::string_view name) { return tokens::FindCookie(cookie_header, name); };
  const auto find_suffixed = [&](std::string_view name) { return find(std::string(name) + "_" + owner.suffix); };

  Pair plain{find(kSession), find(kClientUat)};
  Pair suffixed{find_suffixed(kSession), find_suffixed(kClientUat)};
  const auto now_s = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  cookies.suffixed = UsesSuffixed(plain, suffixed, owner, static_cast<double>(now_s));
  Pair& chosen = cookies.suffixed ? suffixed : plain;
  cookies.session = std::move(chosen.session);
  cookies.client_uat = std::move(chosen.client_uat);
  cookies.dev_browser = cookies.suffixed ? find_suffixed(kDevBrowser) : find(kDevBrowser);
  cookies.refresh = find_suffixed("__refresh");
  cookies.handshake = find("__clerk_handshake");
  cookies.handshake_nonce = find("__clerk_handshake_nonce");
  cookies.redirect_count = find("__clerk_redirect_count");
  return cookies;
}

}  // namespace clerk::request
