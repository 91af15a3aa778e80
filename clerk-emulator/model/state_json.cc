#include "clerk-emulator/model/state_json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace inkwell::emulator {

using nlohmann::json;

// Found by nlohmann through argument-dependent lookup, which is why they are not in an anonymous namespace.
static void to_json(json& out, const UnixMillis& moment) { out = moment.value; }
static void from_json(const json& in, UnixMillis& moment) { in.get_to(moment.value); }

NLOHMANN_JSON_SERIALIZE_ENUM(SessionStatus, {{SessionStatus::kActive, "active"}, {SessionStatus::kRevoked, "revoked"}})
NLOHMANN_JSON_SERIALIZE_ENUM(MessageState, {{MessageState::kPending, "pending"},
                                            {MessageState::kDelivered, "delivered"},
                                            {MessageState::kFailed, "failed"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Identification, id, value, strategy, created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(User, id, external_id, username, first_name, last_name, locale, email_addresses,
                                                phone_numbers, primary_email_address_id, primary_phone_number_id, public_metadata,
                                                private_metadata, unsafe_metadata, banned, last_sign_in_at, last_active_at,
                                                created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Session, id, client_id, user_id, status, last_active_at, expire_at, abandon_at,
                                                created_at, updated_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MessageProgress, sequence, state, attempts, schedule_step, last_status,
                                                last_error, next_attempt_at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(WebhookMessage, sequence, id, type, object_id, body, created_at, progress)

namespace {

struct Encoder {
  json operator()(const User& user) const { return {{"user", user}}; }
  json operator()(const Session& session) const { return {{"session", session}}; }
  json operator()(const WebhookMessage& message) const { return {{"message", message}}; }
  json operator()(const MessageProgress& progress) const { return {{"progress", progress}}; }
  json operator()(const UserErased& erased) const { return {{"user_erased", erased.id}}; }
  json operator()(const SessionErased& erased) const { return {{"session_erased", erased.id}}; }
  json operator()(const MessageErased& erased) const { return {{"message_erased", erased.sequence}}; }
};

Change DecodeChange(const json& item) {
  if (item.contains("user")) return item.at("user").get<User>();
  if (item.contains("session")) return item.at("session").get<Session>();
  if (item.contains("message")) return item.at("message").get<WebhookMessage>();
  if (item.contains("progress")) return item.at("progress").get<MessageProgress>();
  if (item.contains("user_erased")) return UserErased{item.at("user_erased").get<std::string>()};
  if (item.contains("session_erased")) return SessionErased{item.at("session_erased").get<std::string>()};
  return MessageErased{item.at("message_erased").get<std::uint64_t>()};
}

}  // namespace

std::string EncodeChanges(const Changes& changes) {
  json line = json::array();
  for (const auto& change : changes) line.push_back(std::visit(Encoder{}, change));
  return line.dump(-1, ' ', false, json::error_handler_t::replace);
}

runtime::Result<Changes> DecodeChanges(std::string_view line) {
  Changes changes;
  try {
    for (const auto& item : json::parse(line)) changes.push_back(DecodeChange(item));
  } catch (const json::exception&) {
    return runtime::Fail(runtime::Code::kDataLoss, "STATE_NOT_READABLE", "A line of the state file is not readable.");
  }
  return changes;
}

}  // namespace inkwell::emulator
