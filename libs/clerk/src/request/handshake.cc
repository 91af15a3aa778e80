#include "request/handshake.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "encoding/text.h"
#include "http/clerk_headers.h"
#include "request/set_cookies.h"
#include "request/states.h"
#include "request/token_check.h"
#include "tokens/token_class.h"
#include "tokens/verifier_keys.h"

namespace clerk::request {
namespace {

constexpr int kMaxRedirects = 3;
// How wrong the clock of a developer's machine may be when a handshake has just shown that somebody is signed in.
constexpr std::chrono::hours kDevelopmentSkew{24};

bool IsPage(const RequestView& view) {
  if (!view.is_get()) return false;
  if (view.fetch_destination.empty()) return view.accept.starts_with("text/html");
  return view.fetch_destination == "document" || view.fetch_destination == "iframe";
}

// Where the browser reaches the Frontend API.
std::optional<Url> FrontendApi(const Attempt& attempt) {
  const std::string& place = attempt.setup.key->frontend_api();
  std::string url = "https://" + place;
  if (place.starts_with('/')) url = attempt.view.url.origin() + place;
  if (place.starts_with("http://") || place.starts_with("https://")) url = place;
  while (url.ends_with('/')) url.pop_back();
  return Url::Parse(url + "/v1/client/handshake");
}

std::optional<std::string> HandshakeUrl(const Attempt& attempt, const std::string& reason) {
  const auto& [setup, request, view, may_wait] = attempt;
  auto url = FrontendApi(attempt);
  if (!url) return std::nullopt;
  Url back = view.url;
  back.RemoveParameters({"__clerk_db_jwt", "__dev_session"});
  url->AppendParameter("redirect_url", back.href());
  url->AppendParameter("__clerk_api_version", http::kApiVersion);
  url->AppendParameter("suffixed_cookies", view.cookies.suffixed ? "true" : "false");
  url->AppendParameter("__clerk_hs_reason", reason);
  // A nonce can be resolved with the secret key only; without this the answer comes as a signed token.
  if (setup.backend.has_secret_key()) url->AppendParameter("format", "nonce");
  const std::string& session = view.has_session_cookie() ? view.cookies.session : view.header_token;
  if (!session.empty()) url->AppendParameter("__session", session);
  if (setup.is_development() && !view.dev_browser.empty()) url->AppendParameter("__clerk_db_jwt", view.dev_browser);
  if (const auto target = setup.organizations.Find(view.url.path())) {
    url->AppendParameter("organization_id", target->parameter());
  }
  return url->href();
}

std::vector<HttpHeader> Redirect(const RequestView& view, std::string location) {
  std::string count = "__clerk_redirect_count=";
  count.append(encoding::NumberText(view.redirect_count + 1)).append("; SameSite=Lax; HttpOnly; Max-Age=2");
  return {{"Location", std::move(location)}, {"Cache-Control", "no-store"}, {"Set-Cookie", std::move(count)}};
}

// The cookies that a handshake token asks for: only its signature counts, it has no claims of a session.
Check<std::vector<std::string>> ReadHandshakeToken(const Attempt& attempt) {
  using Directives = Result<std::vector<std::string>>;
  const auto token = DecodeToken(attempt.setup, attempt.view.handshake_token);
  if (!token) return Directives(token.error());
  const auto signature = VerifySignature(KeysOf(attempt), *token, {});
  if (!signature) return std::nullopt;
  if (!*signature) return Directives(signature->error());
  // A token made from a template might have a claim `handshake` of somebody else's making.
  if (!tokens::HasSessionCategory(*token)) {
    return Directives(Error{ErrorReason::kTokenInvalid, "The token is of another class than handshakes."});
  }
  std::vector<std::string> directives;
  for (const auto& item : token->Claim("handshake").Elements()) {
    const auto text = item.string();
    if (!text) return Directives(std::vector<std::string>());
    directives.emplace_back(*text);
  }
  return Directives(std::move(directives));
}

std::vector<std::string> ReadNonce(const Attempt& attempt) {
  const auto reply = attempt.setup.backend.GetHandshakePayload(attempt.view.handshake_nonce);
  return reply ? DirectivesIn(*reply, "directives") : std::vector<std::string>();
}

bool IsAboutTime(ErrorReason reason) {
  return reason == ErrorReason::kTokenExpired || reason == ErrorReason::kTokenNotActiveYet ||
         reason == ErrorReason::kTokenIatInTheFuture;
}

Check<SessionToken> VerifyInner(const Attempt& attempt, std::string_view token) {
  auto verified = VerifySessionToken(attempt, token);
  const bool retries = verified && !*verified && attempt.setup.is_development() && IsAboutTime(verified->error().reason);
  // The keys are here by now.
  return retries ? tokens::VerifyWithSkew(*attempt.setup.verifier, token, kDevelopmentSkew) : std::move(verified);
}

// The headers with which the cookies of a handshake reach the browser.
std::vector<HttpHeader> HandshakeHeaders(const Attempt& attempt, const std::vector<std::string>& directives) {
  std::vector<HttpHeader> headers{{"Access-Control-Allow-Origin", "null"}, {"Access-Control-Allow-Credentials", "true"}};
  AppendSetCookies(headers, directives);
  if (attempt.setup.is_development()) {
    // There the handshake came in the URL, which must not be kept in the history with it.
    Url clean = attempt.view.url;
    clean.RemoveParameters({"__clerk_handshake", "__clerk_help", "__clerk_db_jwt", "__clerk_handshake_nonce"});
    headers.push_back({"Location", clean.href()});
    headers.push_back({"Cache-Control", "no-store"});
  }
  return headers;
}

ResolvedHandshake Apply(const Attempt& attempt, const std::vector<std::string>& directives) {
  if (!AreHeaderValues(directives)) return {};
  auto headers = HandshakeHeaders(attempt, directives);
  const auto token = SessionTokenIn(directives);
  if (token == "") return {true, SignedOut(TokenType::kSessionToken, "session-token-missing", "", std::move(headers))};
  if (!token) return {};
  auto verified = VerifyInner(attempt, *token);
  if (!verified) return {true, std::nullopt};
  if (!*verified) return {};
  return {true, SignedIn(*std::move(*verified), *token, TokenCarrier::kCookie, std::move(headers))};
}

}  // namespace

Result<RequestState> HandshakeOrSignedOut(const Attempt& attempt, std::string reason, std::string message, std::string location) {
  if (!IsPage(attempt.view) || attempt.view.redirect_count == kMaxRedirects) {
    return SignedOut(std::move(reason), std::move(message));
  }
  return Handshake(std::move(reason), std::move(message), Redirect(attempt.view, std::move(location)));
}

Result<RequestState> HandshakeOrSignedOut(const Attempt& attempt, std::string reason, std::string message) {
  if (!IsPage(attempt.view)) return SignedOut(std::move(reason), std::move(message));
  auto location = HandshakeUrl(attempt, reason);
  if (!location) {
    return Error{ErrorReason::kConfigurationInvalid, "The publishable key and proxy_url give no URL for the handshake."};
  }
  return HandshakeOrSignedOut(attempt, std::move(reason), std::move(message), *std::move(location));
}

ResolvedHandshake ResolveHandshake(const Attempt& attempt) {
  const RequestView& view = attempt.view;
  if (!view.handshake_nonce.empty() && attempt.setup.backend.has_secret_key()) {
    if (!attempt.may_wait) return {true, std::nullopt};
    return Apply(attempt, ReadNonce(attempt));
  }
  if (view.handshake_token.empty()) return {};
  const auto directives = ReadHandshakeToken(attempt);
  if (!directives) return {true, std::nullopt};
  if (*directives) return Apply(attempt, **directives);
  // In production the token came in a cookie, perhaps one of another application on the same domain: the rules go on, and lead to
  // a handshake of our own. In development it came in the URL: the keys were changed, and going on would never end.
  if (!attempt.setup.is_development()) return {};
  return {true,
          Result<RequestState>(Error{ErrorReason::kHandshakeInvalid,
                                     "The handshake in the URL cannot be verified. If the Clerk keys were changed, clear the "
                                     "cookies of this site and try again."})};
}

}  // namespace clerk::request
