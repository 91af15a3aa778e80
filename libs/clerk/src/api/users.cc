#include "clerk/api/users.h"

#include <utility>

#include "api/organization_json.h"
#include "api/requester.h"
#include "api/typed.h"
#include "api/user_json.h"

namespace clerk {
namespace {

using api::ReadAs;
using encoding::Json;

// users.getUserList without the second request that asks for the total.
constexpr Operation kOnePage = [] {
  Operation operation = *FindOperation("users.getUserList");
  operation.traits &= ~static_cast<unsigned>(Operation::kCountsApart);
  return operation;
}();

Json Filters(const UserListQuery& query) {
  return {{"userId", query.user_ids}, {"emailAddress", query.email_addresses}, {"query", query.query}};
}

Json ListArguments(const UserListQuery& query) {
  Json members = Filters(query);
  members.update({{"orderBy", query.order_by}, {"limit", query.limit}, {"offset", query.offset}});
  return Json::array({members});
}

void AddChange(Json& members, const char* name, const Change<std::string>& change) {
  if (change.is_given()) members[name] = change.value() != nullptr ? Json(*change.value()) : Json();
}

}  // namespace

UsersApi::UsersApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<User> UsersApi::Get(std::string_view user_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("users.getUser", Json::array({user_id}), options), api::ParseUser);
}

ApiResult<std::vector<User>> UsersApi::List(const UserListQuery& query, const CallOptions& options) const {
  const auto reply = requester_->Run(kOnePage, ListArguments(query), options);
  if (!reply) return reply.error();
  if (!reply->is_array()) return api::MalformedReply("The answer is not a list of users.");
  std::vector<User> users;
  users.reserve(reply->size());
  for (const Json& item : *reply) {
    auto user = api::ParseUser(item);
    if (!user) return api::MalformedReply("The answer is not a list of users.");
    users.push_back(std::move(*user));
  }
  return users;
}

ApiResult<Page<User>> UsersApi::ListPage(const UserListQuery& query, const CallOptions& options) const {
  return api::ReadPage(requester_->Run("users.getUserList", ListArguments(query), options), api::ParseUser);
}

ApiResult<std::int64_t> UsersApi::Count(const UserListQuery& query, const CallOptions& options) const {
  const auto reply = requester_->Run("users.getCount", Json::array({Filters(query)}), options);
  if (!reply) return reply.error();
  const auto count = encoding::OptionalInteger(*reply, "total_count");
  if (!count) return api::MalformedReply("The answer is not a count.");
  return *count;
}

ApiResult<User> UsersApi::Create(const NewUser& user, const CallOptions& options) const {
  Json members = Json::object();
  if (!user.email_addresses.empty()) members["emailAddress"] = user.email_addresses;
  if (!user.phone_numbers.empty()) members["phoneNumber"] = user.phone_numbers;
  api::AddIf(members, "username", user.username);
  api::AddIf(members, "password", user.password);
  api::AddIf(members, "firstName", user.first_name);
  api::AddIf(members, "lastName", user.last_name);
  api::AddIf(members, "externalId", user.external_id);
  if (user.skip_password_requirement) members["skipPasswordRequirement"] = true;
  if (!api::AddMetadata(members, user.metadata)) return api::NotAnObject();
  return ReadAs(requester_->Run("users.createUser", Json::array({members}), options), api::ParseUser);
}

ApiResult<User> UsersApi::Update(std::string_view user_id, const UserUpdate& update, const CallOptions& options) const {
  Json members = Json::object();
  AddChange(members, "firstName", update.first_name);
  AddChange(members, "lastName", update.last_name);
  AddChange(members, "username", update.username);
  AddChange(members, "externalId", update.external_id);
  return ReadAs(requester_->Run("users.updateUser", Json::array({user_id, members}), options), api::ParseUser);
}

ApiResult<User> UsersApi::MergeMetadata(std::string_view user_id, const Metadata& metadata, const CallOptions& options) const {
  Json members = Json::object();
  if (!api::AddMetadata(members, metadata)) return api::NotAnObject();
  return ReadAs(requester_->Run("users.updateUserMetadata", Json::array({user_id, members}), options), api::ParseUser);
}

ApiResult<User> UsersApi::ReplaceMetadata(std::string_view user_id, const Metadata& metadata, const CallOptions& options) const {
  Json members = Json::object();
  if (!api::AddMetadata(members, metadata)) return api::NotAnObject();
  return ReadAs(requester_->Run("users.replaceUserMetadata", Json::array({user_id, members}), options), api::ParseUser);
}

ApiResult<User> UsersApi::UpdateProfileImage(std::string_view user_id, const UploadFile& image,
                                             const CallOptions& options) const {
  return ReadAs(requester_->Run("users.updateUserProfileImage", Json::array({user_id}), options, &image), api::ParseUser);
}

ApiResult<DeletedObject> UsersApi::Delete(std::string_view user_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("users.deleteUser", Json::array({user_id}), options), api::ParseDeletedObject);
}

ApiResult<User> UsersApi::Ban(std::string_view user_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("users.banUser", Json::array({user_id}), options), api::ParseUser);
}

ApiResult<User> UsersApi::Unban(std::string_view user_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("users.unbanUser", Json::array({user_id}), options), api::ParseUser);
}

ApiResult<User> UsersApi::Lock(std::string_view user_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("users.lockUser", Json::array({user_id}), options), api::ParseUser);
}

ApiResult<User> UsersApi::Unlock(std::string_view user_id, const CallOptions& options) const {
  return ReadAs(requester_->Run("users.unlockUser", Json::array({user_id}), options), api::ParseUser);
}

ApiResult<Page<OrganizationMembership>> UsersApi::ListOrganizationMemberships(std::string_view user_id, const PageQuery& page,
                                                                              const CallOptions& options) const {
  Json members = {{"userId", user_id}};
  api::AddPage(members, page);
  return api::ReadPage(requester_->Run("users.getOrganizationMembershipList", Json::array({members}), options),
                       api::ParseOrganizationMembership);
}

}  // namespace clerk
