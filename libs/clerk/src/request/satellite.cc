#include "request/satellite.h"

#include <utility>

#include "request/handshake.h"
#include "request/states.h"

namespace clerk::request {
namespace {

Error NoSignInUrl() { return {ErrorReason::kConfigurationInvalid, "The sign_in_url of the satellite is no absolute URL."}; }

// A development satellite asks the primary application itself, because the two share no cookies and no domain.
Result<RequestState> AskPrimary(const Attempt& attempt, std::string reason) {
  auto url = Url::Parse(attempt.setup.options.sign_in_url);
  if (!url) return NoSignInUrl();
  url->AppendParameter("__clerk_redirect_url", attempt.view.url.href());
  return HandshakeOrSignedOut(attempt, std::move(reason), "", url->href());
}

std::optional<Result<RequestState>> SyncSatellite(const Attempt& attempt) {
  const RequestView& view = attempt.view;
  const auto synced = view.url.Parameter("__clerk_synced");
  if (synced == "true") return std::nullopt;
  const bool asked = synced == "false";
  const bool has_cookies = view.has_session_cookie() || view.has_active_client();
  if (has_cookies && !asked) return std::nullopt;
  if (!has_cookies && !asked && !attempt.setup.options.satellite_auto_sync) {
    return SignedOut("session-token-and-uat-missing");
  }
  const char* const kReason = "satellite-needs-syncing";
  return attempt.setup.is_development() ? AskPrimary(attempt, kReason) : HandshakeOrSignedOut(attempt, kReason);
}

// The primary application of a development instance answers the satellite that asked.
Result<RequestState> AnswerSatellite(const Attempt& attempt, std::string_view satellite) {
  auto url = Url::Parse(satellite);
  if (!url) return Error{ErrorReason::kRequestInvalid, "The parameter __clerk_redirect_url is no absolute URL."};
  if (!attempt.view.dev_browser.empty()) url->AppendParameter("__clerk_db_jwt", attempt.view.dev_browser);
  url->SetParameter("__clerk_synced", "true");
  return HandshakeOrSignedOut(attempt, "primary-responds-to-syncing", "", url->href());
}

}  // namespace

std::optional<Result<RequestState>> SyncDomains(const Attempt& attempt) {
  const RequestView& view = attempt.view;
  if (attempt.setup.options.is_satellite) {
    return view.is_get() && view.fetch_destination == "document" ? SyncSatellite(attempt) : std::nullopt;
  }
  if (!attempt.setup.is_development()) return std::nullopt;
  const auto satellite = view.url.Parameter("__clerk_redirect_url");
  if (!satellite || satellite->empty()) return std::nullopt;
  return AnswerSatellite(attempt, *satellite);
}

Result<void> CheckSignInUrl(const Setup& setup, const IncomingRequest& request) {
  const auto& options = setup.options;
  if (!options.is_satellite || options.sign_in_url.empty() || options.accepts.single() == TokenType::kM2mToken) return {};
  const std::string origin = HeaderOf(request, "origin");
  if (origin.empty()) return {};
  const auto sign_in_origin = Url::OriginOf(options.sign_in_url);
  if (!sign_in_origin) return NoSignInUrl();
  if (*sign_in_origin == origin) {
    return Error{ErrorReason::kConfigurationInvalid, "The sign_in_url must be on another origin than the satellite."};
  }
  return {};
}

}  // namespace clerk::request
