#include "clerk-emulator/frontend_api/handshake.h"

#include <openssl/evp.h>

#include <array>
#include <string_view>
#include <utility>

#include "clerk-emulator/base/encoding.h"
#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

// A key's cookie suffix: 8 characters of base64url(SHA-1(publishable key)) (contract 1 and 5.3).
std::string SuffixOf(const std::string& issuer_url) {
  const auto host = issuer_url.substr(issuer_url.find("://") + 3);
  std::string key = "pk_test_" + Base64(host + "$");
  key.erase(key.find_last_not_of('=') + 1);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_Digest(key.data(), key.size(), hash.data(), &size, EVP_sha1(), nullptr);
  return "_" + Base64Url({reinterpret_cast<const char*>(hash.data()), size}).substr(0, 8);
}

// The URL without its fragment, and with one more parameter. A JWT needs no escapes.
std::string WithParameter(std::string_view url, std::string_view name, std::string_view value) {
  std::string result(url.substr(0, url.find('#')));
  result.append(result.find('?') == std::string::npos ? "?" : "&").append(name).append("=").append(value);
  return result;
}

bool IsHeaderValue(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
  }
  return true;
}

}  // namespace

Handshake::Handshake(const std::string& issuer_url, const Envelope& envelope, const TokenIssuer& issuer,
                     const BrowserAccess& access)
    : suffix_(SuffixOf(issuer_url)), envelope_(envelope), issuer_(issuer), access_(access) {}

void Handshake::AddTo(Router& router) {
  router.Add("GET", "/v1/client/handshake", [this](const HttpRequest& request) { return Answer(request); });
}

HttpResponse Handshake::Answer(const HttpRequest& request) const {
  const auto url = request.Query("redirect_url").value_or("");
  if (url.empty()) return ErrorResponse(ParamMissing("redirect_url"));
  // A token travels in the URL: only to a page that may have it.
  if (!IsHeaderValue(url) || !access_.IsOwnPage(request, url)) return ErrorResponse(OriginInvalid());
  const auto origin = url.substr(0, url.find_first_of("/?#", url.find("://") + 3));
  const auto token = issuer_.HandshakeToken(Cookies(request, origin));
  if (!token) return ErrorResponse(token.error());
  return {307, {}, {}, {{"Location", WithParameter(url, "__clerk_handshake", *token)}, {"Cache-Control", "no-store"}}};
}

std::vector<std::string> Handshake::Cookies(const HttpRequest& request, const std::string& page_origin) const {
  const std::string attributes =
      page_origin.starts_with("https://") ? "; Path=/; SameSite=Lax; Secure" : "; Path=/; SameSite=Lax";
  std::vector<std::string> cookies;
  const auto set = [&](const std::string& name, const std::string& value, const std::string& lifetime) {
    for (const auto& suffix : {std::string(), suffix_}) cookies.push_back(name + suffix + "=" + value + attributes + lifetime);
  };
  const std::string kYear = "; Max-Age=31536000";
  const std::string kGone = "; Max-Age=0";
  // A development instance knows its browsers by this; without it the server would ask again and again.
  auto browser = CookieOf(request, "__clerk_db_jwt");
  if (browser.empty() || !IsHeaderValue(browser)) browser = "dvb_" + RandomBase62(27);
  set("__clerk_db_jwt", browser, kYear);
  const auto session = envelope_.SignedIn(request);
  const auto token = session ? TokenFor(issuer_, *session, page_origin) : ClerkResult<std::string>(std::string());
  if (!token || token->empty()) {
    set("__client_uat", "0", kYear);
    set("__session", "", kGone);
    return cookies;
  }
  set("__client_uat", std::to_string(session->session.created_at.seconds()), kYear);
  set("__session", *token, kYear);
  return cookies;
}

}  // namespace inkwell::emulator
