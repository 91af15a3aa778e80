// protect_route PORT: a server whose /me is for signed-in users only.
// CLERK_PUBLISHABLE_KEY: pk_live_… or pk_test_…; CLERK_JWT_KEY: the public key of your instance, PEM;
// CLERK_AUTHORIZED_PARTY: the origin of your page, "https://app.example.com".
#include <clerk/request_authenticator.h>
#include <clerk/require.h>
#include <httplib.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

std::string Setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// Who makes the request. Nothing if nobody does: then the answer is made already, 401 with Clerk's headers that say why.
std::optional<clerk::RequestState> Require(const clerk::RequestAuthenticator& authenticator, const httplib::Request& request,
                                           httplib::Response& response) {
  const std::vector<clerk::HeaderView> headers(request.headers.begin(), request.headers.end());
  const std::string url = "http://" + request.get_header_value("Host") + request.target;
  auto state = authenticator.Authenticate({.method = request.method, .url = url, .headers = headers});
  if (!state) {
    response.status = state.error().reason == clerk::ErrorReason::kConfigurationInvalid ? 500 : 400;
    return std::nullopt;
  }
  if (const auto refusal = clerk::RequireForApi(*state)) {  // for pages: RequireForPage, which redirects
    response.status = refusal->status;
    for (const auto& header : refusal->headers) response.set_header(header.name, header.value);
    return std::nullopt;
  }
  return std::move(*state);
}

}  // namespace

int main(int argc, char** argv) {
  clerk::AuthenticateRequestOptions options;
  options.publishable_key = Setting("CLERK_PUBLISHABLE_KEY");
  options.jwt_key = Setting("CLERK_JWT_KEY");
  options.without_secret_key = true;  // verifying needs public keys only
  options.authorized_parties = {Setting("CLERK_AUTHORIZED_PARTY")};
  const auto authenticator = clerk::RequestAuthenticator::Create(options);
  if (argc != 2 || !authenticator) {
    std::cerr << (authenticator ? "Usage: protect_route PORT" : authenticator.error().message) << '\n';
    return 2;
  }

  httplib::Server server;
  server.Get("/me", [&](const httplib::Request& request, httplib::Response& response) {
    const auto state = Require(*authenticator, request, response);
    if (!state) return;
    const clerk::Auth auth = state->ToAuth();
    const bool may_delete = auth.Has({.permission = "org:posts:delete"});
    response.set_content("user " + auth.session->user_id + (may_delete ? ", may delete posts\n" : "\n"), "text/plain");
  });
  const int wanted = std::atoi(argv[1]);  // 0: any free port
  const int port = wanted == 0 ? server.bind_to_any_port("127.0.0.1") : server.bind_to_port("127.0.0.1", wanted) ? wanted : -1;
  if (port <= 0) return 1;
  std::cout << "listening on http://127.0.0.1:" << port << std::endl;
  return server.listen_after_bind() ? 0 : 1;
}
