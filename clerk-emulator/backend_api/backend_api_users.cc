#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "clerk-emulator/accounts/passwords.h"
#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/backend_api/new_user_body.h"
#include "clerk-emulator/backend_api/user_query.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

HttpResponse UserResponse(const ClerkResult<User>& user) {
  if (!user) return ErrorResponse(user.error());
  return {200, UserJson(*user).dump(), "application/json", {}};
}

// What Clerk knows and what has no effect here, since the emulator has no password rules and no legal texts.
void IgnoreSwitches(JsonBody& body) {
  for (const char* name : {"skip_password_checks", "skip_password_requirement", "skip_legal_checks"}) body.Ignore(name);
}

}  // namespace

void BackendApi::AddUserRoutes(Router& router) {
  AddProtected(router, "GET", "/v1/users", &BackendApi::ListUsers);
  AddProtected(router, "POST", "/v1/users", &BackendApi::CreateUser);
  AddProtected(router, "GET", "/v1/users/count", &BackendApi::CountUsers);
  AddProtected(router, "GET", "/v1/users/{user_id}", &BackendApi::GetUser);
  AddProtected(router, "PATCH", "/v1/users/{user_id}", &BackendApi::UpdateUser);
  AddProtected(router, "DELETE", "/v1/users/{user_id}", &BackendApi::DeleteUser);
  AddProtected(router, "PATCH", "/v1/users/{user_id}/metadata", &BackendApi::UpdateUserMetadata);
  AddProtected(router, "PUT", "/v1/users/{user_id}/metadata", &BackendApi::UpdateUserMetadata);
  AddProtected(router, "POST", "/v1/users/{user_id}/ban", &BackendApi::BanUser);
  AddProtected(router, "POST", "/v1/users/{user_id}/unban", &BackendApi::UnbanUser);
  AddProtected(router, "POST", "/v1/users/{user_id}/lock", &BackendApi::LockUser);
  AddProtected(router, "POST", "/v1/users/{user_id}/unlock", &BackendApi::UnlockUser);
  AddProtected(router, "POST", "/v1/users/{user_id}/verify_password", &BackendApi::VerifyPassword);
  AddProtected(router, "POST", "/v1/users/{user_id}/remove_password", &BackendApi::RemovePassword);
}

HttpResponse BackendApi::ListUsers(const HttpRequest& request) {
  const auto listed = store_.View([&](const State& state) -> ClerkResult<std::string> {
    auto users = FilterUsers(state, request);
    if (users) users = PageOfUsers(std::move(*users), request);
    if (!users) return tl::unexpected(users.error());
    json list = json::array();
    for (const User* user : *users) list.push_back(UserJson(*user));
    return list.dump();
  });
  if (!listed) return ErrorResponse(listed.error());
  return {200, *listed, "application/json", {}};
}

HttpResponse BackendApi::CountUsers(const HttpRequest& request) {
  const auto count = store_.View([&](const State& state) -> ClerkResult<std::size_t> {
    const auto users = FilterUsers(state, request);
    if (!users) return tl::unexpected(users.error());
    return users->size();
  });
  if (!count) return ErrorResponse(count.error());
  return {200, json{{"object", "total_count"}, {"total_count", *count}}.dump(), "application/json", {}};
}

HttpResponse BackendApi::CreateUser(const HttpRequest& request) {
  JsonBody body(request.body);
  NewUser user;
  user.email_addresses = body.Texts("email_address");
  user.phone_numbers = body.Texts("phone_number");
  IgnoreSwitches(body);
  const auto complete = ReadNewUser(body, std::move(user));
  if (!complete) return ErrorResponse(complete.error());
  return UserResponse(accounts_.Create(*complete, CallerOf(request)));
}

HttpResponse BackendApi::GetUser(const HttpRequest& request) {
  const auto& id = request.path_arguments[0];
  const auto user = store_.View([&](const State& state) -> std::optional<User> {
    const auto found = state.users.find(id);
    return found == state.users.end() ? std::nullopt : std::optional(found->second);
  });
  if (!user) return ErrorResponse(ResourceNotFound("No user was found with id " + id + "."));
  return UserResponse(*user);
}

HttpResponse BackendApi::UpdateUser(const HttpRequest& request) {
  JsonBody body(request.body);
  UserPatch patch;
  patch.external_id = body.Text("external_id");
  patch.username = body.Text("username");
  patch.first_name = body.Text("first_name");
  patch.last_name = body.Text("last_name");
  patch.locale = body.Text("locale");
  patch.primary_email_address_id = body.Text("primary_email_address_id");
  patch.primary_phone_number_id = body.Text("primary_phone_number_id");
  const auto wanted_password = body.TextOr("password", "");
  const bool sign_out = body.Flag("sign_out_of_other_sessions").value_or(false);
  body.Ignore("notify_primary_email_address_changed");
  IgnoreSwitches(body);
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  std::optional<PasswordChange> password;
  if (!wanted_password.empty()) {
    auto hash = HashPassword(wanted_password);
    if (!hash) return ErrorResponse(hash.error());
    password = PasswordChange{std::move(*hash), sign_out};
  }
  return UserResponse(accounts_.Update(request.path_arguments[0], patch, password, CallerOf(request)));
}

HttpResponse BackendApi::UpdateUserMetadata(const HttpRequest& request) {
  JsonBody body(request.body);
  MetadataPatch patch;
  patch.public_metadata = body.ObjectText("public_metadata");
  patch.private_metadata = body.ObjectText("private_metadata");
  patch.unsafe_metadata = body.ObjectText("unsafe_metadata");
  if (request.method == "PUT") patch.mode = MetadataPatch::Mode::kReplace;
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  return UserResponse(accounts_.ChangeMetadata(request.path_arguments[0], patch, CallerOf(request)));
}

HttpResponse BackendApi::BanUser(const HttpRequest& request) {
  return UserResponse(accounts_.SetBanned(request.path_arguments[0], true, CallerOf(request)));
}

HttpResponse BackendApi::UnbanUser(const HttpRequest& request) {
  return UserResponse(accounts_.SetBanned(request.path_arguments[0], false, CallerOf(request)));
}

HttpResponse BackendApi::LockUser(const HttpRequest& request) {
  return UserResponse(accounts_.SetLocked(request.path_arguments[0], true, CallerOf(request)));
}

HttpResponse BackendApi::UnlockUser(const HttpRequest& request) {
  return UserResponse(accounts_.SetLocked(request.path_arguments[0], false, CallerOf(request)));
}

HttpResponse BackendApi::VerifyPassword(const HttpRequest& request) {
  JsonBody body(request.body);
  const auto password = body.TextOr("password", "");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  if (password.empty()) return ErrorResponse(ParamMissing("password"));
  if (auto verified = accounts_.VerifyPassword(request.path_arguments[0], password); !verified) {
    return ErrorResponse(verified.error());
  }
  return {200, json{{"verified", true}}.dump(), "application/json", {}};
}

HttpResponse BackendApi::RemovePassword(const HttpRequest& request) {
  return UserResponse(accounts_.Update(request.path_arguments[0], {}, PasswordChange{}, CallerOf(request)));
}

HttpResponse BackendApi::DeleteUser(const HttpRequest& request) {
  const auto deleted = accounts_.Delete(request.path_arguments[0], CallerOf(request));
  if (!deleted) return ErrorResponse(deleted.error());
  return {200, DeletedJson("user", deleted->id).dump(), "application/json", {}};
}

}  // namespace inkwell::emulator
