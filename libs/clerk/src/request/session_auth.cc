#include "request/session_auth.h"

#include <optional>
#include <string>
#include <utility>

#include "request/handshake.h"
#include "request/referer.h"
#include "request/refresh.h"
#include "request/satellite.h"
#include "request/states.h"
#include "request/token_check.h"
#include "tokens/token_class.h"

namespace clerk::request {
namespace {

RequestState TypeMismatch() { return SignedOut("token-type-mismatch"); }

// Why an expired token is not refreshed; "" if it may be tried.
std::string WhyNoRefresh(const RequestView& view) {
  if (!view.is_get()) return "non-eligible-non-get";
  return view.cookies.refresh.empty() ? "non-eligible-no-refresh-cookie" : "";
}

Outcome ExpiredToken(const Attempt& attempt, const Error& error) {
  std::string why = WhyNoRefresh(attempt.view);
  if (why.empty()) {
    if (attempt.setup.backend.has_secret_key() && !attempt.may_wait) return std::nullopt;
    auto refreshed = RefreshSession(attempt);
    if (refreshed) {
      auto& [session, token, headers] = *refreshed;
      return SignedIn(std::move(session), std::move(token), TokenCarrier::kCookie, std::move(headers));
    }
    why = std::move(refreshed).error();
  }
  return HandshakeOrSignedOut(attempt, "session-token-expired-refresh-" + why, error.message);
}

// Section 5.6.
Outcome FailedVerification(const Attempt& attempt, const Error& error) {
  switch (error.reason) {
    case ErrorReason::kTokenExpired:
      return ExpiredToken(attempt, error);
    case ErrorReason::kTokenNotActiveYet:
      return HandshakeOrSignedOut(attempt, "session-token-nbf", error.message);
    case ErrorReason::kTokenIatInTheFuture:
      return HandshakeOrSignedOut(attempt, "session-token-iat-in-the-future", error.message);
    default:
      return SignedOut(std::string(ToString(error.reason)), error.message);
  }
}

// Rows j to l, for a token that is not yet verified, or not valid.
Outcome RefuseUnverified(const Attempt& attempt) {
  const RequestView& view = attempt.view;
  const auto token = DecodeToken(attempt.setup, view.cookies.session);
  if (!token) return FailedVerification(attempt, token.error());
  if (!tokens::IsSessionToken(*token)) return TypeMismatch();
  const auto issued_at = token->Claim("iat").number();
  if (issued_at && *issued_at < view.client_uat) return HandshakeOrSignedOut(attempt, "session-token-iat-before-client-uat");
  return std::nullopt;
}

// Rows n to p.
Result<RequestState> ValidCookie(const Attempt& attempt, SessionToken session) {
  const auto& [setup, request, view, may_wait] = attempt;
  if (!setup.options.is_satellite && view.is_get() && view.fetch_destination == "document" && ComesFromElsewhere(attempt) &&
      view.redirect_count == 0) {
    return HandshakeOrSignedOut(attempt, "primary-domain-cross-origin-sync",
                                "The page was opened from another domain, where the session may have changed.");
  }
  if (!session.auth()) return SignedOut("unexpected-error");
  const auto target = setup.organizations.Find(view.url.path());
  constexpr double kMaxRedirects = 3;
  if (target && !session.is_pending() && !session.user_id().empty() && view.redirect_count < kMaxRedirects &&
      !target->IsActiveIn(*session.auth())) {
    auto state = HandshakeOrSignedOut(attempt, "active-organization-mismatch");
    if (!state || state->status == AuthStatus::kHandshake) return state;
  }
  return SignedIn(std::move(session), view.cookies.session, TokenCarrier::kCookie);
}

// Rows j to p.
Outcome JudgeSessionCookie(const Attempt& attempt) {
  const RequestView& view = attempt.view;
  // Valid tokens, which are nearly all, are remembered: no decoding is needed to know that they are and what they are.
  auto verified = VerifySessionToken({attempt.setup, attempt.request, view, /*may_wait=*/false}, view.cookies.session);
  if (verified && *verified) {
    SessionToken& session = **verified;
    if (!session.is_session_class()) return TypeMismatch();
    const auto issued_at = session.issued_at();
    if (issued_at && static_cast<double>(issued_at->time_since_epoch().count()) < view.client_uat) {
      return HandshakeOrSignedOut(attempt, "session-token-iat-before-client-uat");
    }
    return ValidCookie(attempt, std::move(session));
  }
  if (auto refused = RefuseUnverified(attempt)) return refused;
  if (!verified && attempt.may_wait) verified = VerifySessionToken(attempt, view.cookies.session);
  if (!verified) return std::nullopt;
  if (!*verified) return FailedVerification(attempt, verified->error());
  return ValidCookie(attempt, **std::move(verified));
}

}  // namespace

Outcome AuthenticateByCookies(const Attempt& attempt) {
  const RequestView& view = attempt.view;
  if (auto handshake = ResolveHandshake(attempt); handshake.resolved) return std::move(handshake.outcome);
  if (auto synced = SyncDomains(attempt)) return *std::move(synced);
  if (attempt.setup.is_development()) {
    if (view.url.Parameter("__clerk_db_jwt")) return HandshakeOrSignedOut(attempt, "dev-browser-sync");
    if (view.dev_browser.empty()) return HandshakeOrSignedOut(attempt, "dev-browser-missing");
  }
  if (!view.has_active_client() && !view.has_session_cookie()) return SignedOut("session-token-and-uat-missing");
  if (!view.has_active_client()) return HandshakeOrSignedOut(attempt, "session-token-but-no-client-uat");
  if (!view.has_session_cookie()) return HandshakeOrSignedOut(attempt, "client-uat-but-no-session-token");
  return JudgeSessionCookie(attempt);
}

Outcome AuthenticateByHeader(const Attempt& attempt) {
  const std::string& token = attempt.view.header_token;
  const auto decoded = DecodeToken(attempt.setup, token);
  if (decoded && !tokens::IsSessionToken(*decoded)) return TypeMismatch();
  auto verified = VerifySessionToken(attempt, token);
  if (!verified) return std::nullopt;
  if (!*verified) return FailedVerification(attempt, verified->error());
  return SignedIn(**std::move(verified), token, TokenCarrier::kHeader);
}

}  // namespace clerk::request
