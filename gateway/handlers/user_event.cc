#include "gateway/handlers/user_event.h"

#include <cstdint>
#include <optional>
#include <string>

#include "clerk/user.h"
#include "clerk/webhook_verifier.h"
#include "inkwell/users/v1/users.pb.h"

namespace inkwell::gateway {
namespace {

// Any number: user-sync-service judges the range. TimeUtil ends the program, or throws, for what is no Timestamp.
void SetMilliseconds(std::int64_t milliseconds, google::protobuf::Timestamp& to) {
  const std::int64_t seconds = milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0);
  to.set_seconds(seconds);
  to.set_nanos(static_cast<std::int32_t>((milliseconds % 1000 + 1000) % 1000 * 1'000'000));
}

void Fill(const clerk::User& from, users::v1::User& to) {
  to.set_user_id(from.id);
  if (const clerk::EmailAddress* email = from.PrimaryEmailAddress()) to.set_email(email->email_address);
  if (from.first_name) to.set_first_name(*from.first_name);
  if (from.last_name) to.set_last_name(*from.last_name);
  if (from.username) to.set_username(*from.username);
  if (!from.image_url.empty()) to.set_image_url(from.image_url);
  to.set_public_metadata_json(from.public_metadata);
  to.set_banned(from.banned);
  to.set_locked(from.locked);
  SetMilliseconds(from.created_at, *to.mutable_create_time());
  SetMilliseconds(from.updated_at, *to.mutable_update_time());
}

}  // namespace

std::optional<users::v1::ApplyUserEventRequest> ToUserEvent(const clerk::WebhookEvent& event) {
  users::v1::ApplyUserEventRequest request;
  if (const auto* user = event.As<clerk::User>()) {
    Fill(*user, *request.mutable_user());
  } else if (const auto deleted = event.DeletedUserId(); deleted && !deleted->empty()) {
    request.set_deleted_user_id(*deleted);
  } else {
    return std::nullopt;
  }
  if (event.instance_id) request.set_instance_id(*event.instance_id);
  return request;
}

}  // namespace inkwell::gateway
