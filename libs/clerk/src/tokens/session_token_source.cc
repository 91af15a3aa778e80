#include "clerk/session_token_source.h"

#include <cstdint>
#include <utility>

#include "jwt/decoded_jwt.h"
#include "tokens/cookies.h"

namespace clerk {
namespace {

constexpr std::string_view kSessionCookie = "__session";
constexpr std::string_view kClientUatCookie = "__client_uat";  // when the browser's client last signed in or out; "0" is out

// The token of an Authorization header, or "": the value is split on single spaces, and only the first two pieces count. A
// value without a scheme is taken for a token, a scheme other than `Bearer` is somebody else's.
std::string_view HeaderToken(std::string_view authorization) {
  const auto space = authorization.find(' ');
  const auto scheme = authorization.substr(0, space);
  if (space == std::string_view::npos) return scheme;
  const auto rest = authorization.substr(space + 1);
  const auto token = rest.substr(0, rest.find(' '));
  if (token.empty()) return scheme;
  return scheme == "Bearer" ? token : std::string_view();
}

// What an unverified cookie says about itself; only good for choosing between cookies.
struct Peek {
  bool decodable = false;
  bool has_issuer = false;
  std::string issuer;  // without http:// and https://
  std::int64_t issued_at = 0;
  std::int64_t expires_at = 0;
};

std::string WithoutScheme(std::string issuer) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    for (auto at = issuer.find(scheme); at != std::string::npos; at = issuer.find(scheme, at)) issuer.erase(at, scheme.size());
  }
  return issuer;
}

Peek PeekInto(std::string_view token) {
  Peek peek;
  if (token.empty()) return peek;
  const auto decoded = jwt::DecodeJwt(token);
  if (!decoded) return peek;
  peek.decodable = true;
  peek.has_issuer = decoded->Claim("iss").truthy();
  if (const auto issuer = decoded->Claim("iss").string()) peek.issuer = WithoutScheme(std::string(*issuer));
  peek.issued_at = decoded->Claim("iat").integer().value_or(0);
  peek.expires_at = decoded->Claim("exp").integer().value_or(0);
  return peek;
}

struct Cookies {
  std::string session;
  std::string client_uat;
};

Cookies ReadCookies(std::string_view header, std::string_view suffix) {
  const std::string tail = suffix.empty() ? std::string() : "_" + std::string(suffix);
  return {tokens::FindCookie(header, std::string(kSessionCookie) + tail),
          tokens::FindCookie(header, std::string(kClientUatCookie) + tail)};
}

// The rules of section 5.4 of the contract, in their order. They keep several instances apart that share a domain, and old
// clients that know no suffixes from new ones.
bool UsesSuffixed(const Cookies& plain, const Cookies& suffixed, const PublishableKey& key, std::int64_t now_s) {
  const Peek plain_peek = PeekInto(plain.session);
  if (!plain.session.empty()) {
    if (!plain_peek.decodable || !plain_peek.has_issuer) return false;
    if (plain_peek.issuer != key.host()) return true;
  }
  if (suffixed.client_uat.empty() && suffixed.session.empty()) return false;

  const Peek suffixed_peek = PeekInto(suffixed.session);
  const bool plain_is_out = plain.client_uat == "0";
  const bool suffixed_is_out = suffixed.client_uat == "0";
  if (!suffixed_is_out && !plain_is_out && plain_peek.issued_at > suffixed_peek.issued_at) return false;
  if (suffixed_is_out && !plain_is_out) return false;
  if (key.instance_type() != InstanceType::kProduction && !suffixed_is_out && plain_is_out && suffixed_peek.decodable &&
      suffixed_peek.expires_at <= now_s) {
    return false;
  }
  return suffixed.session.empty() || !suffixed.client_uat.empty();
}

}  // namespace

std::optional<FoundToken> FindSessionToken(const RequestCredentials& credentials, const PublishableKey& key,
                                           std::chrono::system_clock::time_point now) {
  const auto header_token = HeaderToken(credentials.authorization);
  if (!header_token.empty()) return FoundToken{std::string(header_token), TokenCarrier::kHeader};
  if (credentials.cookie.empty()) return std::nullopt;

  Cookies plain = ReadCookies(credentials.cookie, "");
  Cookies suffixed = ReadCookies(credentials.cookie, key.cookie_suffix());
  const auto now_s = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  Cookies& chosen = UsesSuffixed(plain, suffixed, key, now_s) ? suffixed : plain;
  if (chosen.session.empty()) return std::nullopt;
  return FoundToken{std::move(chosen.session), TokenCarrier::kCookie};
}

}  // namespace clerk
