// list_users: prints the ids of all users, oldest first. CLERK_SECRET_KEY: sk_live_… or sk_test_…
#include <clerk/backend_client.h>

#include <cstdlib>
#include <iostream>

int main() {
  clerk::BackendClientOptions options;
  if (const char* key = std::getenv("CLERK_SECRET_KEY")) options.secret_key = key;
  if (const char* url = std::getenv("CLERK_API_URL")) options.api_url = url;  // only to talk to an emulator
  options.max_retries = 2;                                                    // of reads only; a write is never repeated
  const auto client = clerk::BackendClient::Create(options);
  if (!client) {
    std::cerr << client.error().message << '\n';
    return 2;
  }

  clerk::UserListQuery query{.limit = 100, .order_by = "+created_at"};
  while (true) {
    const auto page = client->users().List(query);
    if (!page) {
      std::cerr << page.error().message << " (" << page.error().status << ")\n";
      return 1;
    }
    for (const clerk::User& user : *page) {
      std::cout << user.id << (user.PrimaryEmailAddress() == nullptr ? " has no e-mail address" : "") << '\n';
    }
    if (page->size() < static_cast<std::size_t>(query.limit)) return 0;
    query.offset += query.limit;
  }
}
