#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "clerk-emulator/base/clock.h"

namespace inkwell::emulator {

// The emulator's resources. An empty string stands for Clerk's null throughout: no field of these has an empty value of its own.

// An e-mail address or a phone number of a user.
struct Identification {
  std::string id;  // idn_…
  std::string value;
  std::string strategy;  // how it was verified: admin, email_code, phone_code
  UnixMillis created_at;
  UnixMillis updated_at;
};

struct User {
  std::string id;
  std::string external_id;
  std::string username;
  std::string first_name;
  std::string last_name;
  std::string locale;
  std::vector<Identification> email_addresses;
  std::vector<Identification> phone_numbers;
  std::string primary_email_address_id;
  std::string primary_phone_number_id;
  std::string public_metadata = "{}";  // JSON text of an object, as the next two
  std::string private_metadata = "{}";
  std::string unsafe_metadata = "{}";
  bool banned = false;
  UnixMillis last_sign_in_at;
  UnixMillis last_active_at;
  UnixMillis created_at;
  UnixMillis updated_at;  // the version: grows with every change that a webhook announces
};

enum class SessionStatus : std::uint8_t { kActive, kRevoked };

struct Session {
  std::string id;
  std::string client_id;
  std::string user_id;
  SessionStatus status = SessionStatus::kActive;
  UnixMillis last_active_at;
  UnixMillis expire_at;
  UnixMillis abandon_at;
  UnixMillis created_at;
  UnixMillis updated_at;

  [[nodiscard]] bool IsLive(UnixMillis now) const { return status == SessionStatus::kActive && now < expire_at; }
};

enum class MessageState : std::uint8_t { kPending, kDelivered, kFailed };

// How far the delivery of a webhook message has come.
struct MessageProgress {
  std::uint64_t sequence = 0;  // of the message
  MessageState state = MessageState::kPending;
  int attempts = 0;        // all of them, also before a replay
  int schedule_step = 0;   // how many pauses of the retry schedule are used up
  int last_status = 0;     // HTTP status of the last attempt; 0: none came
  std::string last_error;  // why none came
  UnixMillis next_attempt_at;
};

struct WebhookMessage {
  std::uint64_t sequence = 0;  // the order in which events happened; the key of State::messages
  std::string id;              // msg_…, sent as svix-id with every attempt
  std::string type;
  std::string object_id;  // of the user or session that the event is about
  std::string body;
  UnixMillis created_at;
  MessageProgress progress;
};

struct State {
  std::map<std::string, User, std::less<>> users;
  std::map<std::string, Session, std::less<>> sessions;
  std::map<std::uint64_t, WebhookMessage> messages;
  std::uint64_t last_sequence = 0;
};

struct UserErased {
  std::string id;
};
struct SessionErased {
  std::string id;
};
struct MessageErased {
  std::uint64_t sequence = 0;
};

// One step from a state to the next. Values replace what has the same key.
using Change = std::variant<User, Session, WebhookMessage, MessageProgress, UserErased, SessionErased, MessageErased>;
using Changes = std::vector<Change>;

void Apply(Change change, State& state);

[[nodiscard]] std::string_view ToString(SessionStatus status);
[[nodiscard]] std::string_view ToString(MessageState state);

// The address of the primary e-mail, resolved through its id (contract 8.2); empty if there is none.
[[nodiscard]] std::string PrimaryEmail(const User& user);

}  // namespace inkwell::emulator
