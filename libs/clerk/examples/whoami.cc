// whoami < TOKEN: one client for everything. It verifies a session token with the keys of the Backend API, then asks that for the
// user. CLERK_SECRET_KEY: sk_live_… or sk_test_…; CLERK_PUBLISHABLE_KEY: pk_live_… or pk_test_…
#include <clerk/backend_client.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

int main() {
  clerk::BackendClientOptions options;
  if (const char* key = std::getenv("CLERK_SECRET_KEY")) options.secret_key = key;
  if (const char* key = std::getenv("CLERK_PUBLISHABLE_KEY")) options.publishable_key = key;
  if (const char* url = std::getenv("CLERK_API_URL")) options.api_url = url;  // only to talk to an emulator
  const auto client = clerk::BackendClient::Create(options);
  if (!client) {
    std::cerr << client.error().message << '\n';
    return 2;
  }

  std::string token;
  std::cin >> token;
  const std::string authorization = "Bearer " + token;
  const std::vector<clerk::HeaderView> headers = {{"Authorization", authorization}};
  // A second argument would have options for this request only, such as .authorized_parties.
  const auto state = client->AuthenticateRequest({.url = "http://localhost/", .headers = headers});
  if (!state) {  // nothing about the token: the client's options do not do
    std::cerr << state.error().message << '\n';
    return 2;
  }
  const clerk::Auth auth = state->ToAuth();
  if (!auth.is_authenticated) {
    std::cout << "refused: " << state->reason << '\n';
    return 1;
  }

  const auto user = client->users().Get(auth.session->user_id);
  if (!user) {
    std::cerr << user.error().message << '\n';
    return 1;
  }
  std::cout << user->id << " is " << user->FullName() << '\n';
  return 0;
}
