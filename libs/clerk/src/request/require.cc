#include "clerk/require.h"

#include <utility>

#include "request/states.h"
#include "request/url.h"

namespace clerk {
namespace {

// The state as it counts for those who admit no session with open tasks and no session whose permissions cannot be read.
RequestState Judged(const RequestState& state) {
  if (!state.is_signed_in() || state.ToAuth().is_authenticated) return state;
  if (state.session && state.session->is_pending()) {
    return request::SignedOut("session-pending", "The session has tasks to finish before it counts as signed in.");
  }
  return request::SignedOut("token-invalid", "The features of the token (claim fea) cannot be decoded.");
}

std::string WithoutSlashes(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// `url` is absolute or a path.
std::string WithParameter(const std::string& url, std::string_view name, std::string_view value) {
  // A path gets an origin for the time being: how its query is written does not depend on where it is.
  constexpr std::string_view kOrigin = "http://localhost";
  const bool is_path = url.starts_with('/');
  auto parsed = request::Url::Parse(is_path ? std::string(kOrigin) + url : url);
  if (!parsed) return url;
  parsed->SetParameter(name, value);
  std::string href = parsed->href();
  return is_path ? href.substr(kOrigin.size()) : href;
}

Refusal Redirect(std::string location, std::vector<HttpHeader> headers) {
  headers.push_back({"Location", std::move(location)});
  headers.push_back({"Cache-Control", "no-store"});
  return {307, std::move(headers)};
}

}  // namespace

std::optional<Refusal> RequireForApi(const RequestState& state) {
  RequestState judged = Judged(state);
  if (judged.is_signed_in()) return std::nullopt;
  // The way through the handshake is no answer to a program.
  RequestState refused = request::SignedOut(judged.token_type, std::move(judged.reason), std::move(judged.message));
  refused.headers.insert(refused.headers.begin(), {"WWW-Authenticate", "Bearer"});
  return Refusal{401, std::move(refused.headers)};
}

std::optional<Refusal> RequireForPage(const RequestState& state, std::string_view sign_in_url, std::string_view page_url) {
  // Also where somebody is signed in: a development instance cleans the URL after a handshake.
  if (!state.Location().empty()) return Refusal{307, state.headers};
  RequestState judged = Judged(state);
  if (judged.is_signed_in()) return std::nullopt;
  std::string target(sign_in_url);
  if (judged.reason == "session-pending") target = WithoutSlashes(std::move(target)) + "/tasks";
  return Redirect(WithParameter(target, "redirect_url", page_url), std::move(judged.headers));
}

}  // namespace clerk
