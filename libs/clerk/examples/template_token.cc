// template_token SESSION_ID TEMPLATE: prints a token of the session, made from a JWT template, for a third party such as Supabase
// or Hasura. CLERK_SECRET_KEY: sk_live_… or sk_test_…
#include <clerk/backend_client.h>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "Usage: template_token SESSION_ID TEMPLATE\n";
    return 2;
  }
  clerk::BackendClientOptions options;
  if (const char* key = std::getenv("CLERK_SECRET_KEY")) options.secret_key = key;
  if (const char* url = std::getenv("CLERK_API_URL")) options.api_url = url;  // only to talk to an emulator
  const auto client = clerk::BackendClient::Create(options);
  if (!client) {
    std::cerr << client.error().message << '\n';
    return 2;
  }

  const auto token = client->sessions().GetToken(argv[1], {.jwt_template = argv[2]});
  if (!token) {
    std::cerr << (token.error().IsNotFound() ? "There is no such session or template." : token.error().message) << '\n';
    return 1;
  }
  std::cout << *token << '\n';
  return 0;
}
