#include "user-sync-service/clerk_api.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "clerk/backend_client.h"
#include "runtime/log.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
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
    case clerk::ApiFailure::kTokenRefused:
      return "token refused";
    case clerk::ApiFailure::kInvalidArgument:
      return "invalid argument";
  }
  return "unknown";
}

tl::unexpected<Error> NoTimeLeft() {
  return Fail(Code::kUnavailable, reason::kClerkUnavailable, "There was no time left to ask Clerk.");
}

tl::unexpected<Error> Unusable() { return Fail(Code::kUnavailable, reason::kClerkUnavailable, "Clerk's answer cannot be used."); }

tl::unexpected<Error> UserNotFound() { return Fail(Code::kNotFound, reason::kUserNotFound, "Clerk knows no such user."); }

// Clerk's texts may quote what was sent, so nothing but its codes is logged or passed on.
void LogFailure(std::string_view question, const clerk::ApiError& error) {
  log::Warn("Clerk did not answer as asked", {{"question", question},
                                              {"failure", FailureName(error.failure)},
                                              {"status", error.status},
                                              {"code", error.errors.empty() ? "" : error.errors.front().code},
                                              {"clerk_trace_id", error.trace_id}});
}

tl::unexpected<Error> Unavailable(std::string_view question, const clerk::ApiError& error) {
  LogFailure(question, error);
  std::map<std::string, std::string> metadata;
  if (error.retry_after) {
    // Whatever number Clerk sent: nobody waits longer than a day.
    const auto wish = std::clamp<std::chrono::seconds>(*error.retry_after, std::chrono::seconds(0), std::chrono::hours(24));
    metadata.emplace(kRetryAfterMetadata, std::to_string(wish.count()));
  }
  if (error.failure == clerk::ApiFailure::kStatus && !error.IsTransient()) {
    metadata.emplace(kClerkStatusMetadata, std::to_string(error.status));
  }
  return Fail(Code::kUnavailable, reason::kClerkUnavailable, "Clerk cannot be asked right now. Try again.", std::move(metadata));
}

// An error of a call that carries values: Clerk may refuse those.
tl::unexpected<Error> RefusedOrUnavailable(std::string_view question, const clerk::ApiError& error) {
  const bool refused = error.failure == clerk::ApiFailure::kStatus && !error.errors.empty() &&
                       (error.status == 400 || error.status == 409 || error.status == 422);
  if (!refused) return Unavailable(question, error);
  LogFailure(question, error);
  const clerk::ApiErrorItem& item = error.errors.front();
  return Fail(Code::kInvalidArgument, reason::kClerkRefused, "Clerk refused the values (" + item.code + ").",
              {{"code", item.code}, {"field", item.param_name}});
}

clerk::Change<std::string> ChangeOf(const std::optional<std::optional<std::string>>& wanted) {
  if (!wanted) return {};
  if (!*wanted) return clerk::kNull;
  return **wanted;
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

// A page of 500 users with metadata of some kilobytes each.
constexpr std::size_t kMaxResponseBytes = 32 << 20;

}  // namespace

Result<std::unique_ptr<ClerkApi>> ClerkApi::Create(const std::string& secret_key, const std::string& api_url,
                                                   std::stop_token cancel) {
  clerk::BackendClientOptions options;
  options.secret_key = secret_key;
  options.api_url = api_url;
  options.max_response_bytes = kMaxResponseBytes;
  auto client = clerk::BackendClient::Create(std::move(options));
  if (!client) {
    return Fail(Code::kInvalidArgument, "INVALID_SETTING", "CLERK_SECRET_KEY or CLERK_API_URL cannot be used to call Clerk.");
  }
  return std::unique_ptr<ClerkApi>(new ClerkApi(std::make_unique<clerk::BackendClient>(*std::move(client)), std::move(cancel)));
}

ClerkApi::ClerkApi(std::unique_ptr<clerk::BackendClient> client, std::stop_token cancel)
    : client_(std::move(client)), cancel_(std::move(cancel)) {}

ClerkApi::~ClerkApi() = default;

std::optional<clerk::CallOptions> ClerkApi::OptionsFor(Deadline deadline) const {
  const auto left = runtime::TimeLeft(deadline);
  if (left.count() == 0) return std::nullopt;
  return clerk::CallOptions{left, cancel_};
}

Result<User> ClerkApi::Get(const std::string& user_id, Deadline deadline) {
  const auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  const auto user = client_->users().Get(user_id, *options);
  if (user && user->id == user_id) return FromClerk(*user);
  if (user) {
    log::Error("Clerk answered with another user", {{"user_id", user_id}});
    return Unusable();
  }
  if (user.error().IsNotFound()) return UserNotFound();
  return Unavailable("get user", user.error());
}

Result<std::vector<User>> ClerkApi::List(std::int64_t offset, int limit, Deadline deadline) {
  const auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  const auto page = client_->users().List({.limit = limit, .offset = offset, .order_by = "+created_at"}, *options);
  if (!page) return Unavailable("list users", page.error());
  std::vector<User> users;
  users.reserve(page->size());
  for (const clerk::User& user : *page) users.push_back(FromClerk(user));
  return users;
}

Result<std::int64_t> ClerkApi::Count(Deadline deadline) {
  const auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  const auto count = client_->users().Count({}, *options);
  if (!count) return Unavailable("count users", count.error());
  return *count;
}

Result<User> ClerkApi::Update(const std::string& user_id, const ProfileUpdate& update, Deadline deadline) {
  const auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  clerk::UserUpdate changes;
  changes.first_name = ChangeOf(update.first_name);
  changes.last_name = ChangeOf(update.last_name);
  changes.username = ChangeOf(update.username);
  const auto user = client_->users().Update(user_id, changes, *options);
  if (user && user->id == user_id) return FromClerk(*user);
  if (user) return Unusable();
  if (user.error().IsNotFound()) return UserNotFound();
  return RefusedOrUnavailable("update user", user.error());
}

Result<void> ClerkApi::Delete(const std::string& user_id, Deadline deadline) {
  const auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  const auto deleted = client_->users().Delete(user_id, *options);
  if (deleted && deleted->deleted) return {};
  if (deleted) return Unusable();
  if (deleted.error().IsNotFound()) return UserNotFound();
  return Unavailable("delete user", deleted.error());
}

Result<std::string> ClerkApi::CreateTemplateToken(const TemplateTokenRequest& request, Deadline deadline) {
  const auto no_session = [] { return Fail(Code::kNotFound, reason::kSessionNotFound, "The user has no such live session."); };
  auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  const auto session = client_->sessions().Get(request.session_id, *options);
  if (!session) {
    if (session.error().IsNotFound()) return no_session();
    return Unavailable("get session", session.error());
  }
  if (session->user_id != request.user_id || session->status != "active") return no_session();

  options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  const auto token = client_->sessions().GetToken(
      request.session_id, {.jwt_template = request.template_name, .expires_in = request.lifetime}, *options);
  if (token) return *token;
  if (token.error().IsNotFound())
    return Fail(Code::kNotFound, reason::kTemplateNotFound, "There is no JWT template of this name.");
  return RefusedOrUnavailable("create template token", token.error());
}

Result<std::string> ClerkApi::InstanceId(Deadline deadline) {
  const auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  const auto instance = client_->instance().Get(*options);
  if (!instance) return Unavailable("get instance", instance.error());
  if (instance->id.empty()) {  // an API that does not tell it, however often it is asked
    return Fail(Code::kUnavailable, reason::kClerkUnavailable, "Clerk does not tell its instance.",
                {{kClerkStatusMetadata, "200"}});
  }
  return instance->id;
}

Result<std::vector<std::string>> ClerkApi::KeyIds(Deadline deadline) {
  const auto options = OptionsFor(deadline);
  if (!options) return NoTimeLeft();
  auto keys = client_->jwks().Get(*options);
  if (!keys) return Unavailable("get keys", keys.error());
  return std::move(keys->key_ids);
}

}  // namespace inkwell::users
