#include "user-sync-service/clerk_api_users.h"

#include <utility>

#include "clerk/backend_client.h"
#include "runtime/log.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Fail;
using runtime::Result;
namespace log = runtime::log;

std::string_view FailureName(clerk::ApiFailure failure) {
  switch (failure) {
    case clerk::ApiFailure::kStatus:
      return "status";
    case clerk::ApiFailure::kTimeout:
      return "timeout";
    case clerk::ApiFailure::kUnreachable:
      return "unreachable";
    case clerk::ApiFailure::kCancelled:
      return "cancelled";
    case clerk::ApiFailure::kMalformedReply:
      return "malformed reply";
    case clerk::ApiFailure::kInvalidArgument:
      return "invalid argument";
  }
  return "unknown";
}

User FromClerk(const clerk::User& from) {
  User user;
  user.id = from.id;
  if (const auto* email = from.PrimaryEmailAddress()) user.email = email->email_address;
  user.first_name = from.first_name;
  user.last_name = from.last_name;
  user.username = from.username;
  user.image_url = from.image_url;
  user.public_metadata = from.public_metadata;
  user.banned = from.banned;
  user.locked = from.locked;
  user.created_at = ClerkTime{std::chrono::milliseconds{from.created_at}};
  user.updated_at = ClerkTime{std::chrono::milliseconds{from.updated_at}};
  return user;
}

}  // namespace

Result<std::unique_ptr<ClerkApiUsers>> ClerkApiUsers::Create(const std::string& secret_key, const std::string& api_url) {
  clerk::BackendClientOptions options;
  options.secret_key = secret_key;
  options.api_url = api_url;
  auto client = clerk::BackendClient::Create(std::move(options));
  if (!client) {
    return Fail(Code::kInvalidArgument, "INVALID_SETTING", "CLERK_SECRET_KEY or CLERK_API_URL cannot be used to call Clerk.");
  }
  return std::unique_ptr<ClerkApiUsers>(new ClerkApiUsers(std::make_unique<clerk::BackendClient>(*std::move(client))));
}

ClerkApiUsers::ClerkApiUsers(std::unique_ptr<clerk::BackendClient> client) : client_(std::move(client)) {}

ClerkApiUsers::~ClerkApiUsers() = default;

Result<User> ClerkApiUsers::Get(const std::string& user_id, runtime::Deadline deadline) {
  const auto left = runtime::TimeLeft(deadline);
  if (left.count() == 0) return Fail(Code::kUnavailable, reason::kClerkUnavailable, "There was no time left to ask Clerk.");
  const auto user = client_->users().Get(user_id, clerk::CallOptions{left});
  if (user && user->id == user_id) return FromClerk(*user);
  if (user) {
    log::Error("Clerk answered with another user", {{"user_id", user_id}});
    return Fail(Code::kUnavailable, reason::kClerkUnavailable, "Clerk's answer cannot be used.");
  }
  if (user.error().IsNotFound()) return Fail(Code::kNotFound, reason::kUserNotFound, "Clerk knows no such user.");
  log::Warn("Clerk did not tell a user", {{"user_id", user_id},
                                          {"failure", FailureName(user.error().failure)},
                                          {"status", user.error().status},
                                          {"clerk_trace_id", user.error().trace_id}});
  return Fail(Code::kUnavailable, reason::kClerkUnavailable, "Clerk cannot be asked right now. Try again.");
}

}  // namespace inkwell::users
