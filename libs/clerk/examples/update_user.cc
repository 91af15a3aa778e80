// update_user USER_ID FIRST_NAME: renames a user. CLERK_SECRET_KEY: sk_live_… or sk_test_…
#include <clerk/backend_client.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "Usage: update_user USER_ID FIRST_NAME\n";
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

  clerk::UserUpdate update;  // what is not set stays as it is; clerk::kNull clears
  update.first_name = argv[2];
  const auto user = client->users().Update(argv[1], update, {.timeout = std::chrono::seconds(2)});
  if (user) {
    std::cout << user->id << " is now " << user->FullName() << '\n';
    return 0;
  }
  const clerk::ApiError& error = user.error();
  if (error.IsNotFound()) {
    std::cerr << "There is no such user.\n";
  } else if (error.HasCode("form_param_format_invalid")) {
    std::cerr << "Clerk does not accept this name.\n";
  } else {  // IsTransient() says whether another try may succeed; the trace id is for Clerk's support
    std::cerr << error.message << (error.IsTransient() ? " Try again later." : "") << " " << error.trace_id << '\n';
  }
  return 1;
}
