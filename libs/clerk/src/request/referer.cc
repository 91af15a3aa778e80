#include "request/referer.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "request/url.h"

namespace clerk::request {
namespace {

// Development instances have their account portals there.
bool IsDevelopmentPortal(std::string_view host) {
  constexpr std::array<std::string_view, 3> kSuffixes = {".accounts.dev", ".accountsstage.dev", ".accounts.lclclerk.com"};
  constexpr std::array<std::string_view, 3> kLegacySuffixes = {".lcl.dev", ".lclstage.dev", ".lclclerk.com"};
  const bool current = std::any_of(kSuffixes.begin(), kSuffixes.end(), [&](auto suffix) {
    return host.ends_with(suffix) && !host.substr(0, host.size() - suffix.size()).ends_with(".clerk");
  });
  return current || (host.starts_with("accounts.") && std::any_of(kLegacySuffixes.begin(), kLegacySuffixes.end(),
                                                                  [&](auto suffix) { return host.ends_with(suffix); }));
}

// "https://accounts.example.com" for "clerk.example.com" (contract, section 1.1).
std::string AccountPortal(std::string frontend_api) {
  constexpr std::string_view kStage = "clerk.accountsstage.";
  if (const auto at = frontend_api.find(kStage); at != std::string::npos) {
    frontend_api.replace(at, kStage.size(), "accountsstage.");
  }
  if (const auto at = frontend_api.find("clerk."); at != std::string::npos) {
    const std::string_view found = frontend_api.compare(at, 15, "clerk.accounts.") == 0 ? "clerk.accounts." : "clerk.";
    frontend_api.replace(at, found.size(), "accounts.");
  }
  return "https://" + frontend_api;
}

std::string HostOfFrontendApi(const Attempt& attempt) {
  const std::string& place = attempt.setup.key->frontend_api();
  if (place.starts_with('/')) return attempt.view.url.host();
  const auto url = Url::Parse(place);
  return url ? url->host() : place;
}

bool IsClerks(const Attempt& attempt, const Url& referer) {
  if (referer.host() == HostOfFrontendApi(attempt)) return true;
  if (attempt.setup.is_development() && IsDevelopmentPortal(referer.host())) return true;
  return Url::OriginOf(AccountPortal(attempt.setup.key->frontend_api())) == referer.origin();
}

// Browsers leave the name and password of a URL out of the Referer; whoever puts one there must not pass for nobody.
std::string WithoutUserInfo(std::string url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return url;
  const auto begin = scheme_end + 3;
  const auto at = url.rfind('@', std::min(url.find_first_of("/?#\\", begin), url.size()));
  if (at != std::string::npos && at >= begin) url.erase(begin, at + 1 - begin);
  return url;
}

}  // namespace

bool ComesFromElsewhere(const Attempt& attempt) {
  const std::string referer = WithoutUserInfo(attempt.view.referer);
  if (referer.empty()) return false;
  const auto origin = Url::OriginOf(referer);
  if (!origin || *origin == attempt.view.url.origin()) return false;
  const auto url = Url::Parse(referer);
  return !url || !IsClerks(attempt, *url);
}

}  // namespace clerk::request
