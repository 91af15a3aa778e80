#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "user-sync-service/clerk_instance.h"
#include "user-sync-service/clerk_sessions.h"
#include "user-sync-service/clerk_users.h"

namespace clerk {
class BackendClient;
struct CallOptions;
}  // namespace clerk

namespace inkwell::users {

// Clerk through its Backend API. The one place that turns Clerk's errors into ours.
class ClerkApi final : public ClerkUsers, public ClerkSessions, public ClerkInstance {
 public:
  // Once `cancel` is stopped, every call ends soon, as one that Clerk does not answer. Fails with INVALID_ARGUMENT /
  // INVALID_SETTING: a key or URL that the SDK refuses. Does no I/O.
  [[nodiscard]] static runtime::Result<std::unique_ptr<ClerkApi>> Create(const std::string& secret_key,
                                                                         const std::string& api_url, std::stop_token cancel);
  ~ClerkApi() override;

  [[nodiscard]] runtime::Result<User> Get(const std::string& user_id, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<User>> List(std::int64_t offset, int limit, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::int64_t> Count(runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<User> Update(const std::string& user_id, const ProfileUpdate& update,
                                             runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<void> Delete(const std::string& user_id, runtime::Deadline deadline) override;

  [[nodiscard]] runtime::Result<std::string> CreateTemplateToken(const TemplateTokenRequest& request,
                                                                 runtime::Deadline deadline) override;

  [[nodiscard]] runtime::Result<std::string> InstanceId(runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<std::string>> KeyIds(runtime::Deadline deadline) override;

 private:
  ClerkApi(std::unique_ptr<clerk::BackendClient> client, std::stop_token cancel);

  // Nothing: there is no time left to ask.
  [[nodiscard]] std::optional<clerk::CallOptions> OptionsFor(runtime::Deadline deadline) const;

  std::unique_ptr<clerk::BackendClient> client_;
  std::stop_token cancel_;
};

}  // namespace inkwell::users
