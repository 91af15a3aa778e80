#include "request/request_view.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>

#include "encoding/text.h"

namespace clerk::request {
namespace {

std::optional<std::string> FindHeader(const IncomingRequest& request, std::string_view name) {
  const std::string_view separator = name == "cookie" ? "; " : ", ";
  std::optional<std::string> joined;
  for (const auto& [key, value] : request.headers) {
    if (!encoding::EqualsIgnoreCase(key, name)) continue;
    if (joined) {
      joined->append(separator).append(encoding::Trim(value));
    } else {
      joined = encoding::Trim(value);
    }
  }
  return joined;
}

std::string FirstItem(std::string_view list) { return std::string(list.substr(0, list.find(','))); }

bool IsHexadecimal(std::string_view text) { return text.starts_with("0x") || text.starts_with("0X"); }

// As JavaScript's parseInt: what follows the digits is ignored.
double LeadingInteger(std::string_view text) {
  text = encoding::Trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const int base = IsHexadecimal(text) ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  double value = 0;
  for (const char c : text) {
    const int digit = encoding::HexValue(c);
    if (digit < 0 || digit >= base) break;
    value = value * base + digit;
  }
  return negative ? -value : value;
}

// The whole text as JavaScript's Number has it; 0 for what is none and for infinity.
double WholeNumber(std::string_view text) {
  text = encoding::Trim(text);
  double value = 0;
  if (IsHexadecimal(text)) {
    const bool whole = std::all_of(text.begin() + 2, text.end(), [](char c) { return encoding::HexValue(c) >= 0; });
    return whole ? LeadingInteger(text) : 0;
  }
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size() && std::isfinite(value) ? value : 0;
}

// The query's parameter, unless that is empty, else the cookie.
std::string ParameterOr(const Url& url, std::string_view name, const std::string& cookie) {
  auto parameter = url.Parameter(name);
  return parameter && !parameter->empty() ? *std::move(parameter) : cookie;
}

}  // namespace

std::string HeaderOf(const IncomingRequest& request, std::string_view name) { return FindHeader(request, name).value_or(""); }

std::string_view TokenInHeader(const IncomingRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (!encoding::EqualsIgnoreCase(name, "authorization")) continue;
    const std::string_view authorization = encoding::Trim(value);
    const auto space = authorization.find(' ');
    const auto scheme = authorization.substr(0, space);
    if (space == std::string_view::npos) return scheme;
    const auto rest = authorization.substr(space + 1);
    const auto token = rest.substr(0, rest.find(' '));
    if (token.empty()) return scheme;
    return scheme == "Bearer" ? token : std::string_view();
  }
  return {};
}

Result<Url> PublicUrl(const IncomingRequest& request, bool trust_forwarded_headers) {
  auto url = Url::Parse(request.url);
  if (!url) return Error{ErrorReason::kRequestInvalid, "The URL of the request is no http or https URL."};

  std::string host = HeaderOf(request, "host");
  std::string scheme = url->scheme();
  if (trust_forwarded_headers) {
    // Present but empty is not the same as absent: then the request's own URL holds.
    if (const auto forwarded = FindHeader(request, "x-forwarded-host")) host = FirstItem(*forwarded);
    if (const auto forwarded = FindHeader(request, "x-forwarded-proto")) scheme = FirstItem(*forwarded);
  }
  if (host.empty() || scheme.empty() || scheme + "://" + host == url->origin()) return *std::move(url);
  auto moved = url->AtOrigin(scheme, host);
  return moved ? *std::move(moved) : *std::move(url);
}

Result<RequestView> ViewRequest(const IncomingRequest& request, const CookieOwner& owner, bool trust_forwarded_headers,
                                std::chrono::system_clock::time_point now) {
  auto url = PublicUrl(request, trust_forwarded_headers);
  if (!url) return url.error();
  RequestView view{.url = *std::move(url),
                   .method = request.method,
                   .header_token = std::string(TokenInHeader(request)),
                   .origin = HeaderOf(request, "origin"),
                   .referer = HeaderOf(request, "referer"),
                   .fetch_destination = HeaderOf(request, "sec-fetch-dest"),
                   .accept = HeaderOf(request, "accept"),
                   .cookies = ReadRequestCookies(HeaderOf(request, "cookie"), owner, now)};
  view.client_uat = LeadingInteger(view.cookies.client_uat);
  view.dev_browser = ParameterOr(view.url, "__clerk_db_jwt", view.cookies.dev_browser);
  view.handshake_token = ParameterOr(view.url, "__clerk_handshake", view.cookies.handshake);
  view.handshake_nonce = ParameterOr(view.url, "__clerk_handshake_nonce", view.cookies.handshake_nonce);
  view.redirect_count = WholeNumber(view.cookies.redirect_count);
  return view;
}

}  // namespace clerk::request
