// verify_token < TOKEN: says whose session token this is. Needs no network.
// CLERK_JWT_KEY: the public key of your instance, PEM. CLERK_AUTHORIZED_PARTY: the origin of your page,
// "https://app.example.com".
#include <clerk/token_verifier.h>

#include <cstdlib>
#include <iostream>
#include <string>

int main() {
  const char* key = std::getenv("CLERK_JWT_KEY");
  const char* origin = std::getenv("CLERK_AUTHORIZED_PARTY");
  if (key == nullptr || origin == nullptr) {
    std::cerr << "Please set CLERK_JWT_KEY and CLERK_AUTHORIZED_PARTY.\n";
    return 2;
  }

  clerk::TokenVerifierOptions options;
  options.jwt_key = key;
  options.authorized_parties = {origin};
  const auto verifier = clerk::TokenVerifier::Create(options);
  if (!verifier) {  // a bad key is told here, not on the first request
    std::cerr << verifier.error().message << '\n';
    return 2;
  }

  std::string token;
  std::cin >> token;
  const auto session = verifier->Verify(token);
  if (!session) {
    std::cout << "refused: " << clerk::ToString(session.error().reason) << '\n';  // "token-expired", …
    return 1;
  }
  if (session->is_pending()) {  // tasks are open, such as choosing an organization: as good as signed out
    std::cout << "refused: session-pending\n";
    return 1;
  }
  std::cout << "user " << session->user_id() << '\n';

  // What the user may do in the active organization, or by a plan. An error here means: grant nothing.
  const auto& auth = session->auth();
  if (auth && auth->Has({.permission = "org:posts:delete"})) std::cout << "may delete posts\n";
  return 0;
}
