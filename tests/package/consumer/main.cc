// consumer KEY_FILE ORIGIN < TOKEN: prints the user of a session token, or why it is refused.
#include <clerk/backend_client.h>
#include <clerk/token_verifier.h>
#include <clerk/version.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

static_assert(CLERK_VERSION_MAJOR == 0 && CLERK_VERSION_MINOR >= 1);

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ifstream key_file(argv[1]);
  clerk::TokenVerifierOptions options;
  options.jwt_key.assign(std::istreambuf_iterator<char>(key_file), {});
  options.authorized_parties = {argv[2]};
  const auto verifier = clerk::TokenVerifier::Create(options);
  if (!verifier) {
    std::cerr << verifier.error().message << '\n';
    return 2;
  }
  // The HTTP client, and so httplib, is linked as well: a package that forgets it fails here.
  if (!clerk::BackendClient::Create({.secret_key = "sk_test_consumer"})) return 2;

  std::string token;
  std::cin >> token;
  const auto verified = verifier->Verify(token);
  std::cout << (verified ? verified->user_id() : clerk::ToString(verified.error().reason)) << '\n';
  return verified ? 0 : 1;
}
