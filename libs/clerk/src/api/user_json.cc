#include "api/user_json.h"

#include <string_view>

namespace clerk::api {
namespace {

using encoding::Json;
using encoding::JsonValue;

// What ParseUser needs of a value, for either reader: of a document (null: absent) and of a text.
const Json* Member(const Json* object, std::string_view name) {
  return object == nullptr ? nullptr : encoding::Member(*object, name);
}
JsonValue Member(JsonValue object, std::string_view name) { return object.Member(name); }

std::optional<std::string> String(const Json* value) {
  const auto* text = value == nullptr ? nullptr : value->get_ptr<const std::string*>();
  return text == nullptr ? std::nullopt : std::optional(*text);
}
std::optional<std::string> String(JsonValue value) {
  const auto text = value.string();
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::optional<std::int64_t> Integer(const Json* value) { return value == nullptr ? std::nullopt : encoding::ToInteger(*value); }
std::optional<std::int64_t> Integer(JsonValue value) { return value.integer(); }

bool IsTrue(const Json* value) { return value != nullptr && value->is_boolean() && value->get<bool>(); }
bool IsTrue(JsonValue value) { return value.json() == "true"; }

std::vector<const Json*> Elements(const Json* value) {
  std::vector<const Json*> elements;
  if (value == nullptr || !value->is_array()) return elements;
  for (const Json& element : *value) elements.push_back(&element);
  return elements;
}
std::vector<JsonValue> Elements(JsonValue value) { return value.Elements(); }

// The canonical text of an object, "{}" of anything else; nullopt if it cannot be read.
std::optional<std::string> ObjectText(const Json* value) {
  return value != nullptr && value->is_object() ? encoding::CanonicalText(*value) : "{}";
}
std::optional<std::string> ObjectText(JsonValue value) {
  if (!value.is_object() || value.json() == "{}") return "{}";
  const auto document = encoding::ParseJson(value.json());
  return document ? std::optional(encoding::CanonicalText(*document)) : std::nullopt;
}

template <typename Value>
std::vector<EmailAddress> EmailAddresses(Value list) {
  std::vector<EmailAddress> addresses;
  for (const Value& item : Elements(list)) {
    EmailAddress address;
    address.id = String(Member(item, "id")).value_or("");
    address.email_address = String(Member(item, "email_address")).value_or("");
    address.verified = String(Member(Member(item, "verification"), "status")) == "verified";
    if (!address.id.empty()) addresses.push_back(std::move(address));
  }
  return addresses;
}

template <typename Value>
std::optional<User> UserOf(Value json) {
  auto id = String(Member(json, "id"));
  auto public_metadata = ObjectText(Member(json, "public_metadata"));
  auto unsafe_metadata = ObjectText(Member(json, "unsafe_metadata"));
  if (!id || id->empty() || !public_metadata || !unsafe_metadata) return std::nullopt;
  User user;
  user.id = std::move(*id);
  user.external_id = String(Member(json, "external_id"));
  user.username = String(Member(json, "username"));
  user.first_name = String(Member(json, "first_name"));
  user.last_name = String(Member(json, "last_name"));
  user.locale = String(Member(json, "locale"));
  user.image_url = String(Member(json, "image_url")).value_or("");
  user.has_image = IsTrue(Member(json, "has_image"));
  user.primary_email_address_id = String(Member(json, "primary_email_address_id"));
  user.primary_phone_number_id = String(Member(json, "primary_phone_number_id"));
  user.email_addresses = EmailAddresses(Member(json, "email_addresses"));
  user.banned = IsTrue(Member(json, "banned"));
  user.locked = IsTrue(Member(json, "locked"));
  user.public_metadata = std::move(*public_metadata);
  user.unsafe_metadata = std::move(*unsafe_metadata);
  user.created_at = Integer(Member(json, "created_at")).value_or(0);
  user.updated_at = Integer(Member(json, "updated_at")).value_or(0);
  user.last_sign_in_at = Integer(Member(json, "last_sign_in_at"));
  user.last_active_at = Integer(Member(json, "last_active_at"));
  return user;
}

}  // namespace

std::optional<User> ParseUser(const Json& json) { return UserOf(&json); }

std::optional<User> ParseUser(JsonValue json) { return UserOf(json); }

}  // namespace clerk::api
