#include "clerk/api/users.h"

#include <utility>

#include "api/reply.h"
#include "api/requester.h"
#include "api/user_json.h"

namespace clerk {
namespace {

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

ApiResult<User> ReadUser(const ApiResult<Json>& reply) {
  if (!reply) return reply.error();
  auto user = api::ParseUser(*reply);
  if (!user) return api::MalformedReply("The answer is not a user.");
  return std::move(*user);
}

void AddMember(Json& body, const char* name, const std::optional<std::optional<std::string>>& member) {
  if (member) body[name] = *member ? Json(**member) : Json();
}

}  // namespace

UsersApi::UsersApi(std::shared_ptr<const api::Requester> requester) : requester_(std::move(requester)) {}

ApiResult<User> UsersApi::Get(std::string_view user_id, const CallOptions& options) const {
  return ReadUser(requester_->Run("users.getUser", Json::array({user_id}), options));
}

ApiResult<std::vector<User>> UsersApi::List(const UserListQuery& query, const CallOptions& options) const {
  Json members = Filters(query);
  members.update({{"orderBy", query.order_by}, {"limit", query.limit}, {"offset", query.offset}});
  const auto reply = requester_->Run(kOnePage, Json::array({members}), options);
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

ApiResult<std::int64_t> UsersApi::Count(const UserListQuery& query, const CallOptions& options) const {
  const auto reply = requester_->Run("users.getCount", Json::array({Filters(query)}), options);
  if (!reply) return reply.error();
  const auto count = encoding::OptionalInteger(*reply, "total_count");
  if (!count) return api::MalformedReply("The answer is not a count.");
  return *count;
}

ApiResult<User> UsersApi::Update(std::string_view user_id, const UserUpdate& update, const CallOptions& options) const {
  Json body = Json::object();
  AddMember(body, "firstName", update.first_name);
  AddMember(body, "lastName", update.last_name);
  AddMember(body, "username", update.username);
  AddMember(body, "externalId", update.external_id);
  return ReadUser(requester_->Run("users.updateUser", Json::array({user_id, body}), options));
}

ApiResult<DeletedObject> UsersApi::Delete(std::string_view user_id, const CallOptions& options) const {
  const auto reply = requester_->Run("users.deleteUser", Json::array({user_id}), options);
  if (!reply) return reply.error();
  return DeletedObject{encoding::OptionalString(*reply, "object").value_or(""), encoding::OptionalString(*reply, "id"),
                       encoding::BoolMember(*reply, "deleted")};
}

}  // namespace clerk
