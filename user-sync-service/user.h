#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace inkwell::users {

// Clerk's times are to the millisecond, the copy's own to the microsecond.
using ClerkTime = std::chrono::sys_time<std::chrono::milliseconds>;
using CopyTime = std::chrono::sys_time<std::chrono::microseconds>;

// A user as Clerk knows them. Only the id is certain.
struct User {
  std::string id;  // Clerk's, `user_…`
  std::optional<std::string> email;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> username;
  std::optional<std::string> image_url;
  std::string public_metadata = "{}";  // a JSON object
  bool banned = false;
  bool locked = false;
  ClerkTime created_at{};
  ClerkTime updated_at{};

  friend bool operator==(const User&, const User&) = default;
};

// About how many bytes the user's texts take: answers with many users are cut by it.
[[nodiscard]] inline std::size_t TextSize(const User& user) {
  std::size_t size = user.id.size() + user.public_metadata.size();
  for (const auto* text : {&user.email, &user.first_name, &user.last_name, &user.username, &user.image_url}) {
    if (*text) size += (*text)->size();
  }
  return size;
}

// A row of the copy. Of a tombstone only user.id, deleted_at and synced_at mean anything.
struct StoredUser {
  User user;
  std::optional<CopyTime> deleted_at;
  CopyTime synced_at{};
};

using ContentHash = std::array<std::uint8_t, 32>;

// What orders the states of one user: Clerk's time first, and between equal times the content, so that every replica and every
// order of delivery decides alike.
struct Version {
  ClerkTime updated_at{};
  ContentHash hash{};

  friend auto operator<=>(const Version&, const Version&) = default;  // NOLINT(modernize-use-nullptr)
};

// `user` is canonical and `version` belongs to it: only Canonicalize (user_content.h) makes one.
struct UserState {
  User user;
  Version version;
};

struct UserDeletion {
  std::string user_id;
};

// What can happen to a user, from a webhook or from the Backend API.
using UserEvent = std::variant<UserState, UserDeletion>;

[[nodiscard]] inline const std::string& UserIdOf(const UserEvent& event) {
  const auto* state = std::get_if<UserState>(&event);
  return state != nullptr ? state->user.id : std::get<UserDeletion>(event).user_id;
}

// Where a message about a user came from.
enum class ChangeSource : std::uint8_t {
  kWebhook,
  kJustInTime,    // fetched because a caller named the user
  kBackfill,      // fetched by a backfill or a reconciliation
  kProfileWrite,  // Clerk's answer to a change or a deletion that was asked for here
};

struct Origin {
  ChangeSource source = ChangeSource::kWebhook;
  std::string event_id;  // a webhook's svix-id
};

// An event and where it came from.
struct UserMessage {
  UserMessage(UserEvent what, Origin from_where = {})  // NOLINT(google-explicit-constructor)
      : event(std::move(what)), origin(std::move(from_where)) {}

  UserEvent event;
  Origin origin;
};

// What an event did to the copy.
enum class Verdict : std::uint8_t {
  kApplied,     // the copy was changed
  kUnchanged,   // the copy already held exactly this
  kOlder,       // the copy holds a newer version
  kTombstoned,  // the user was deleted before
};

}  // namespace inkwell::users
