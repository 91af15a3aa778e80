#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/request_authenticator.h"
#include "clerk/require.h"
#include "clerk/session_token_source.h"
#include "report.h"

namespace clerk::explain_tool {
namespace {

constexpr std::string_view kKeySetUrl = "https://key-set.invalid/jwks.json";

// Hands out the key set that was given as a file. Everything else is as unreachable as it is without a network.
class OfflineHttp final : public HttpClient {
 public:
  explicit OfflineHttp(std::string key_set) : key_set_(std::move(key_set)) {}

  Result<HttpResponse, HttpError> Send(const HttpRequest& request) override {
    if (request.url != kKeySetUrl) return HttpError{HttpFailure::kUnreachable, "This program works without a network."};
    return HttpResponse{200, {{"Content-Type", "application/json"}}, key_set_};
  }

 private:
  const std::string key_set_;
};

// What to do about a reason that is the request's and not the token's. The first row whose word begins the reason counts.
struct Advice {
  std::string_view reason;
  std::string_view text;
};
constexpr std::array kAdvice = {
    Advice{
        "session-token-and-uat-missing",
        "Nobody is signed in in this browser, or its cookies were not sent: a page of another origin, and a program that is no "
        "browser, send Authorization: Bearer <token> with what getToken() returns."},
    Advice{"session-token-missing", "Send Authorization: Bearer <token> with what getToken() returns."},
    Advice{"No token in header", "Send Authorization: Bearer <token>: machine tokens are not taken from cookies."},
    Advice{"client-uat-but-no-session-token",
           "The browser is signed in but sent no session cookie. A page gets one through the handshake; a call from JavaScript "
           "sends "
           "Authorization: Bearer <token>."},
    Advice{
        "session-token-but-no-client-uat",
        "There is a session cookie but no __client_uat beside it: cookies of several instances are mixed, or some were deleted. "
        "Delete the cookies of this site and sign in again."},
    Advice{"session-token-iat-before-client-uat",
           "The token was made before the last sign-in or sign-out in this browser. The handshake replaces it; a call from "
           "JavaScript "
           "uses a fresh one from getToken()."},
    Advice{"dev-browser-missing",
           "A development instance knows its browser by the cookie __clerk_db_jwt, which this request lacks. Open the page in a "
           "browser; "
           "from a program send Authorization: Bearer <token>."},
    Advice{"dev-browser-sync",
           "The browser comes back from the handshake of a development instance: this is on its way to be signed in."},
    Advice{"session-token-expired",
           "The token in the cookie is too old. A page is renewed through the handshake; a call from JavaScript sends a fresh "
           "one from "
           "getToken()."},
    Advice{"session-token-nbf", "The clock of the server is behind: synchronize it (NTP)."},
    Advice{"session-token-iat-in-the-future", "The clock of the server is behind: synchronize it (NTP)."},
    Advice{"active-organization-mismatch",
           "The path belongs to another organization than the one that is active in the session; the handshake activates it."},
    Advice{"satellite-needs-syncing", "A satellite domain asks the primary domain once; only pages can do that, not API calls."},
    Advice{"token-type-mismatch", "The token is of a type that this route does not accept: see the accepted token types."},
    Advice{"session-pending", "The session has open tasks, such as choosing an organization: finish them, on the sign-in page."},
};

std::string_view AdviceFor(std::string_view reason) {
  const auto row =
      std::find_if(kAdvice.begin(), kAdvice.end(), [&](const Advice& advice) { return reason.starts_with(advice.reason); });
  return row == kAdvice.end() ? std::string_view() : row->text;
}

AuthenticateRequestOptions Options(const CommandLine& line) {
  AuthenticateRequestOptions options;
  options.publishable_key = line.publishable_key;
  options.without_secret_key = true;
  options.http = std::make_shared<OfflineHttp>(line.verifier.jwks_json);
  options.jwt_key = line.verifier.jwt_key;
  // Without any key the verdict is that keys cannot be loaded, which is true.
  options.remote_jwks = RemoteJwks{.url = std::string(kKeySetUrl), .http = options.http, .max_attempts = 1};
  options.authorized_parties = line.verifier.authorized_parties;
  options.audience = line.verifier.audience;
  options.issuer = line.verifier.issuer;
  options.clock_skew = line.verifier.clock_skew;
  options.header_types = line.verifier.header_types;
  options.clock = line.verifier.clock;
  return options;
}

// The URL as the server saw it. The scheme does not stand in a request; it matters to redirects only.
std::string UrlOf(const Input& input) {
  if (!input.target.starts_with('/')) return input.target.empty() ? "https://host.invalid/" : input.target;
  const std::string host = input.Header("host");
  return "https://" + (host.empty() ? "host.invalid" : host) + input.target;
}

Result<RequestState> Authenticate(const Input& input, const CommandLine& line) {
  const auto authenticator = RequestAuthenticator::Create(Options(line));
  if (!authenticator) return authenticator.error();
  std::vector<HeaderView> headers;
  for (const auto& header : input.headers) headers.emplace_back(header.name, header.value);
  const std::string url = UrlOf(input);
  return authenticator->Authenticate(
      {.method = input.method.empty() ? "GET" : std::string_view(input.method), .url = url, .headers = headers});
}

void PrintToken(std::ostream& out, const Input& input, const CommandLine& line) {
  const auto key = PublishableKey::Parse(line.publishable_key);
  if (!key) return;
  const std::string authorization = input.Header("authorization");
  const std::string cookie = input.Header("cookie");
  const auto found = FindSessionToken({.authorization = authorization, .cookie = cookie}, *key, line.verifier.clock->Now());
  if (!found) return;
  out << "\nThe token is in " << (found->carrier == TokenCarrier::kHeader ? "the Authorization header" : "a session cookie")
      << ":\n";
  PrintChecks(out, ExplainToken(found->token, line.verifier));
}

}  // namespace

int ReportRequest(std::ostream& out, const Input& input, const CommandLine& given) {
  CommandLine line = given;
  if (line.publishable_key.empty()) {
    if (input.Header("authorization").empty()) {
      out << "REFUSED: " << ToString(ErrorReason::kPublishableKeyInvalid)
          << "\n\nWhich cookies count depends on the publishable key: give --publishable-key.\n";
      return kRefused;
    }
    // Any key will do for a request with an Authorization header: it always wins.
    line.publishable_key = PublishableKey::Build("clerk.example.com");
  }
  const auto state = Authenticate(input, line);
  if (!state) {
    out << "REFUSED: " << ToString(state.error().reason) << "\n\n" << state.error().message << "\n";
    return kRefused;
  }
  const auto refusal = RequireForApi(*state);
  if (!refusal) {
    out << "ACCEPTED\n";
  } else {
    const std::string_view reason = state->is_signed_in() ? "session-pending" : std::string_view(state->reason);
    out << "REFUSED: " << reason << "\n\n";
    out << "An API call is answered with 401"
        << (state->status == AuthStatus::kHandshake ? ", a page goes through the handshake (307).\n"
                                                    : ", a page redirects to sign in.\n");
    if (!AdviceFor(reason).empty()) out << "Change: " << AdviceFor(reason) << "\n";
  }
  PrintToken(out, input, line);
  return refusal ? kRefused : kAccepted;
}

}  // namespace clerk::explain_tool
