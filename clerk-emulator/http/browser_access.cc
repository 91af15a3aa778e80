#include "clerk-emulator/http/browser_access.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace inkwell::emulator {
namespace {

// scheme://host[:port] of a URL; empty if it has none.
std::string OriginOf(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  return std::string(url.substr(0, url.find_first_of("/?#", scheme_end + 3)));
}

// http://127.0.0.1:4000 of a request that came for that very host; empty if it came for a name that somebody else may own.
std::string OwnOrigin(const HttpRequest& request) {
  const auto host = request.Header("host");
  const bool loopback = host.starts_with("127.0.0.1:") || host.starts_with("localhost:") || host.starts_with("[::1]:");
  return loopback ? "http://" + host : std::string();
}

}  // namespace

BrowserAccess::BrowserAccess(std::vector<std::string> allowed_origins, std::string default_party)
    : allowed_origins_(std::move(allowed_origins)), default_party_(std::move(default_party)) {}

bool BrowserAccess::IsAllowed(const HttpRequest& request, const std::string& origin) const {
  if (std::find(allowed_origins_.begin(), allowed_origins_.end(), origin) != allowed_origins_.end()) return true;
  // The gateway's proxy overwrites this header, and a foreign page cannot add it: that would need a preflight, which fails.
  if (origin == OriginOf(request.Header("clerk-proxy-url"))) return true;
  // The emulator's own pages. By name, so that a foreign name that leads to this machine is none of them.
  return !origin.empty() && origin == OwnOrigin(request);
}

bool BrowserAccess::IsOwnPage(const HttpRequest& request, const std::string& url) const {
  const auto origin = OriginOf(url);
  return !origin.empty() && IsAllowed(request, origin);
}

HttpResponse BrowserAccess::Guard(const HttpRequest& request, const HttpHandler& next) const {
  const auto origin = request.Header("origin");
  if (origin.empty()) return next(request);
  const bool allowed = IsAllowed(request, origin);
  if (!allowed && request.method != "GET") return ErrorResponse(OriginInvalid());
  auto response = request.method == "OPTIONS" ? HttpResponse{204, {}, {}, {}} : next(request);
  response.headers.emplace_back("Vary", "Origin");
  if (!allowed) return response;
  response.headers.emplace_back("Access-Control-Allow-Origin", origin);
  response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  if (request.method == "OPTIONS") {
    response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST");
    response.headers.emplace_back("Access-Control-Allow-Headers", "content-type, accept");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
  }
  return response;
}

std::string BrowserAccess::PageOrigin(const HttpRequest& request) const {
  auto origin = request.Header("origin");
  if (!origin.empty() && origin != "null") return origin;
  for (const char* header : {"clerk-proxy-url", "referer"}) {
    auto from_url = OriginOf(request.Header(header));
    if (!from_url.empty()) return from_url;
  }
  return default_party_;
}

}  // namespace inkwell::emulator
