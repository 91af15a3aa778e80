#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/model.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/webhooks/webhook_events.h"

namespace inkwell::emulator {

// Everything may be absent: a user with only a phone number, or with nothing at all, is a user.
struct NewUser {
  std::string id;                            // empty: a new one
  std::vector<std::string> email_addresses;  // the first becomes the primary one
  std::vector<std::string> phone_numbers;    // E.164
  std::string external_id;
  std::string username;
  std::string first_name;
  std::string last_name;
  std::string locale;
  std::string public_metadata = "{}";  // JSON text of an object, as the next two
  std::string private_metadata = "{}";
  std::string unsafe_metadata = "{}";
  std::string password_hash;  // of HashPassword; empty: no password
  bool banned = false;
  bool locked = false;
  std::string verified_by = "admin";  // for e-mail addresses; a sign-up verifies them by email_code
};

// What is given replaces; an empty text removes.
struct UserPatch {
  std::optional<std::string> external_id;
  std::optional<std::string> username;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> locale;
  std::optional<std::string> primary_email_address_id;
  std::optional<std::string> primary_phone_number_id;
};

// What only an administrator changes: a password, of which HashPassword made the text.
struct PasswordChange {
  std::string hash;  // empty: no password any more
  bool sign_out_of_other_sessions = false;
};

// JSON texts of objects: merged into what is there by RFC 7396, where null removes a key, or in its place.
struct MetadataPatch {
  enum class Mode { kMerge, kReplace };
  std::optional<std::string> public_metadata;
  std::optional<std::string> private_metadata;
  std::optional<std::string> unsafe_metadata;
  Mode mode = Mode::kMerge;
};

struct SignedIn {
  User user;
  Session session;
};

// Clerk's rules for users and sessions. Each call is one durable step together with the webhooks that announce it: user.created,
// user.updated, user.deleted, session.created, session.revoked. Errors are Clerk's. Thread-safe.
class Accounts final {
 public:
  Accounts(StateStore& store, const Clock& clock, WebhookEvents events);

  // E-mail address, phone number, username and external id are unique among the users that live; those of a deleted user are
  // free again. 422 form_identifier_exists, form_param_….
  [[nodiscard]] ClerkResult<User> Create(const NewUser& user, const Caller& caller);
  // Create, and a session for the new user, in one step.
  [[nodiscard]] ClerkResult<SignedIn> SignUp(const NewUser& user, const Caller& caller);
  // A new session for a user named by id or e-mail address. 422 form_identifier_not_found, 403 user_banned, user_locked.
  [[nodiscard]] ClerkResult<SignedIn> SignIn(const std::string& identifier, const Caller& caller);

  // All of these: 404 resource_not_found for an id that does not exist.
  [[nodiscard]] ClerkResult<User> Update(const std::string& user_id, const UserPatch& patch,
                                         const std::optional<PasswordChange>& password, const Caller& caller);
  [[nodiscard]] ClerkResult<User> ChangeMetadata(const std::string& user_id, const MetadataPatch& patch, const Caller& caller);
  // Banning revokes the user's sessions.
  [[nodiscard]] ClerkResult<User> SetBanned(const std::string& user_id, bool banned, const Caller& caller);
  // Whether a locked user's sessions go on is not for the lock: it only refuses new ones, as at Clerk.
  [[nodiscard]] ClerkResult<User> SetLocked(const std::string& user_id, bool locked, const Caller& caller);
  // 404, also for a user without a password; 422 form_password_incorrect.
  [[nodiscard]] ClerkResult<void> VerifyPassword(const std::string& user_id, std::string_view password) const;
  // The sessions, the memberships, and organizations without another member go with the user. Returns the user as it was.
  [[nodiscard]] ClerkResult<User> Delete(const std::string& user_id, const Caller& caller);
  [[nodiscard]] ClerkResult<Session> CreateSession(const std::string& user_id, const Caller& caller);
  [[nodiscard]] ClerkResult<Session> RevokeSession(const std::string& session_id, const Caller& caller);

 private:
  template <typename Edit>
  [[nodiscard]] ClerkResult<User> Alter(const std::string& user_id, const Caller& caller, Edit&& edit);

  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
};

}  // namespace inkwell::emulator
