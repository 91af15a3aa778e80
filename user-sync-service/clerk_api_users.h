#pragma once

#include <memory>
#include <string>

#include "user-sync-service/clerk_users.h"

namespace clerk {
class BackendClient;
}

namespace inkwell::users {

// Clerk's users through its Backend API. The one place that turns Clerk's errors into ours.
class ClerkApiUsers final : public ClerkUsers {
 public:
  // Fails with INVALID_ARGUMENT / INVALID_SETTING: a key or URL that the SDK refuses. Does no I/O.
  [[nodiscard]] static runtime::Result<std::unique_ptr<ClerkApiUsers>> Create(const std::string& secret_key,
                                                                              const std::string& api_url);
  ~ClerkApiUsers() override;

  [[nodiscard]] runtime::Result<User> Get(const std::string& user_id, runtime::Deadline deadline) override;

 private:
  explicit ClerkApiUsers(std::unique_ptr<clerk::BackendClient> client);

  std::unique_ptr<clerk::BackendClient> client_;
};

}  // namespace inkwell::users
