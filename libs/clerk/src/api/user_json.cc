#include "api/user_json.h"

#include <string_view>

namespace clerk::api {
namespace {

using encoding::BoolMember;
using encoding::Json;
using encoding::Member;
using encoding::OptionalInteger;
using encoding::OptionalString;

std::vector<EmailAddress> ParseEmailAddresses(const Json& user) {
  std::vector<EmailAddress> addresses;
  const Json* list = Member(user, "email_addresses");
  if (list == nullptr || !list->is_array()) return addresses;
  for (const Json& item : *list) {
    EmailAddress address;
    address.id = OptionalString(item, "id").value_or("");
    address.email_address = OptionalString(item, "email_address").value_or("");
    if (const Json* verification = Member(item, "verification")) {
      const std::string* status = encoding::StringMember(*verification, "status");
      address.verified = status != nullptr && *status == "verified";
    }
    if (!address.id.empty()) addresses.push_back(std::move(address));
  }
  return addresses;
}

std::string ObjectText(const Json& user, std::string_view name) {
  const Json* object = Member(user, name);
  return object != nullptr && object->is_object() ? encoding::CanonicalText(*object) : "{}";
}

}  // namespace

std::optional<User> ParseUser(const Json& json) {
  auto id = OptionalString(json, "id");
  if (!id || id->empty()) return std::nullopt;
  User user;
  user.id = std::move(*id);
  user.external_id = OptionalString(json, "external_id");
  user.username = OptionalString(json, "username");
  user.first_name = OptionalString(json, "first_name");
  user.last_name = OptionalString(json, "last_name");
  user.locale = OptionalString(json, "locale");
  user.image_url = OptionalString(json, "image_url").value_or("");
  user.has_image = BoolMember(json, "has_image");
  user.primary_email_address_id = OptionalString(json, "primary_email_address_id");
  user.primary_phone_number_id = OptionalString(json, "primary_phone_number_id");
  user.email_addresses = ParseEmailAddresses(json);
  user.banned = BoolMember(json, "banned");
  user.locked = BoolMember(json, "locked");
  user.public_metadata = ObjectText(json, "public_metadata");
  user.unsafe_metadata = ObjectText(json, "unsafe_metadata");
  user.created_at = OptionalInteger(json, "created_at").value_or(0);
  user.updated_at = OptionalInteger(json, "updated_at").value_or(0);
  user.last_sign_in_at = OptionalInteger(json, "last_sign_in_at");
  user.last_active_at = OptionalInteger(json, "last_active_at");
  return user;
}

}  // namespace clerk::api
