#include "clerk/api/users.h"

#include <utility>

#include "api/reply.h"
#include "api/requester.h"
#include "api/user_json.h"

namespace clerk {
namespace {

using encoding::Json;
using Query = std::vector<std::pair<std::string, std::string>>;

// Zero is a default of the API and is not sent.
std::string NumberText(std::int64_t number) { return number == 0 ? std::string() : std::to_string(number); }

Query Filters(const UserListQuery& query) {
  Query filters;
  for (const auto& id : query.user_ids) filters.emplace_back("user_id", id);
  for (const auto& address : query.email_addresses) filters.emplace_back("email_address", address);
  filters.emplace_back("query", query.query);
  return filters;
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
  return ReadUser(requester_->Send({"GET", {"users", user_id}, {}, {}}, options));
}

ApiResult<std::vector<User>> UsersApi::List(const UserListQuery& query, const CallOptions& options) const {
  Query parameters = Filters(query);
  parameters.emplace_back("order_by", query.order_by);
  parameters.emplace_back("limit", NumberText(query.limit));
  parameters.emplace_back("offset", NumberText(query.offset));
  const auto reply = requester_->Send({"GET", {"users"}, std::move(parameters), {}}, options);
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
  const auto reply = requester_->Send({"GET", {"users", "count"}, Filters(query), {}}, options);
  if (!reply) return reply.error();
  const auto count = encoding::OptionalInteger(*reply, "total_count");
  if (!count) return api::MalformedReply("The answer is not a count.");
  return *count;
}

ApiResult<User> UsersApi::Update(std::string_view user_id, const UserUpdate& update, const CallOptions& options) const {
  Json body = Json::object();
  AddMember(body, "first_name", update.first_name);
  AddMember(body, "last_name", update.last_name);
  AddMember(body, "username", update.username);
  AddMember(body, "external_id", update.external_id);
  return ReadUser(requester_->Send({"PATCH", {"users", user_id}, {}, std::move(body)}, options));
}

ApiResult<DeletedObject> UsersApi::Delete(std::string_view user_id, const CallOptions& options) const {
  const auto reply = requester_->Send({"DELETE", {"users", user_id}, {}, {}}, options);
  if (!reply) return reply.error();
  return DeletedObject{encoding::OptionalString(*reply, "object").value_or(""), encoding::OptionalString(*reply, "id"),
                       encoding::BoolMember(*reply, "deleted")};
}

}  // namespace clerk
