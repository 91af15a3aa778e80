#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "clerk/api/call_options.h"
#include "clerk/api/change.h"
#include "clerk/api/metadata.h"
#include "clerk/api/page.h"
#include "clerk/api_error.h"
#include "clerk/deleted_object.h"
#include "clerk/organization.h"
#include "clerk/user.h"

namespace clerk {

namespace api {
class Requester;
}

struct UserListQuery {
  std::int64_t limit = 10;  // 1 to 500
  std::int64_t offset = 0;
  std::string order_by{};  // "-created_at", "+updated_at", …; "" leaves Clerk's order
  std::vector<std::string> user_ids{};
  std::vector<std::string> email_addresses{};
  std::string query{};  // Clerk's search in ids, names, addresses
};

// What is not assigned stays as it is; a text sets, kNull clears.
struct UserUpdate {
  Change<std::string> first_name{};
  Change<std::string> last_name{};
  Change<std::string> username{};
  Change<std::string> external_id{};
};

struct NewUser {
  std::vector<std::string> email_addresses{};
  std::vector<std::string> phone_numbers{};
  std::string username{};
  std::string password{};
  std::string first_name{};
  std::string last_name{};
  std::string external_id{};  // unique: guards against creating one user twice
  bool skip_password_requirement = false;
  Metadata metadata{};
};

// The `users` resource of the Backend API, as far as it has types here; the rest of it by BackendClient::Call. Thread-safe; every
// call blocks until its deadline at most.
class UsersApi final {
 public:
  explicit UsersApi(std::shared_ptr<const api::Requester> requester);

  // GET /users/{id}
  [[nodiscard]] ApiResult<User> Get(std::string_view user_id, const CallOptions& options = {}) const;
  // GET /users. One page, without the total.
  [[nodiscard]] ApiResult<std::vector<User>> List(const UserListQuery& query, const CallOptions& options = {}) const;
  // GET /users, then GET /users/count: one page with the total. Between the two a user may come or go.
  [[nodiscard]] ApiResult<Page<User>> ListPage(const UserListQuery& query = {}, const CallOptions& options = {}) const;
  // GET /users/count, with the filters of the query; limit, offset and order do not count.
  [[nodiscard]] ApiResult<std::int64_t> Count(const UserListQuery& query = {}, const CallOptions& options = {}) const;
  // POST /users
  [[nodiscard]] ApiResult<User> Create(const NewUser& user, const CallOptions& options = {}) const;
  // PATCH /users/{id}
  [[nodiscard]] ApiResult<User> Update(std::string_view user_id, const UserUpdate& update, const CallOptions& options = {}) const;
  // PATCH /users/{id}/metadata
  [[nodiscard]] ApiResult<User> MergeMetadata(std::string_view user_id, const Metadata& metadata,
                                              const CallOptions& options = {}) const;
  // PUT /users/{id}/metadata
  [[nodiscard]] ApiResult<User> ReplaceMetadata(std::string_view user_id, const Metadata& metadata,
                                                const CallOptions& options = {}) const;
  // POST /users/{id}/profile_image
  [[nodiscard]] ApiResult<User> UpdateProfileImage(std::string_view user_id, const UploadFile& image,
                                                   const CallOptions& options = {}) const;
  // DELETE /users/{id}
  [[nodiscard]] ApiResult<DeletedObject> Delete(std::string_view user_id, const CallOptions& options = {}) const;

  // POST /users/{id}/ban: ends the user's sessions and lets nobody sign in as the user; Unban takes it back.
  [[nodiscard]] ApiResult<User> Ban(std::string_view user_id, const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<User> Unban(std::string_view user_id, const CallOptions& options = {}) const;
  // POST /users/{id}/lock: for the time that the instance's lockout lasts; Unlock ends it.
  [[nodiscard]] ApiResult<User> Lock(std::string_view user_id, const CallOptions& options = {}) const;
  [[nodiscard]] ApiResult<User> Unlock(std::string_view user_id, const CallOptions& options = {}) const;

  // GET /users/{id}/organization_memberships
  [[nodiscard]] ApiResult<Page<OrganizationMembership>> ListOrganizationMemberships(std::string_view user_id,
                                                                                    const PageQuery& page = {},
                                                                                    const CallOptions& options = {}) const;

 private:
  std::shared_ptr<const api::Requester> requester_;
};

}  // namespace clerk
