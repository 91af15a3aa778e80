#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"

namespace inkwell::emulator {

// What users change about themselves. Each call is one durable step with its webhook user.updated; 404 resource_not_found for a
// user or a part of one that does not exist. Thread-safe.
class Profiles final {
 public:
  Profiles(StateStore& store, const Clock& clock, WebhookEvents events);

  // Names, username, primary e-mail address, unsafe metadata (JSON text of an object, which replaces). 422 form_….
  [[nodiscard]] ClerkResult<User> Update(const std::string& user_id, const UserPatch& patch,
                                         const std::optional<std::string>& unsafe_metadata, const Caller& caller);

  // Who has a password must know it: 422 form_password_incorrect for current_password. Ends the other sessions if wanted.
  [[nodiscard]] ClerkResult<User> ChangePassword(const Session& session, std::string_view current, std::string_view wanted,
                                                 bool sign_out_of_other_sessions, const Caller& caller);
  [[nodiscard]] ClerkResult<User> RemovePassword(const Session& session, std::string_view current, const Caller& caller);

  // A new address, not verified. 422 form_identifier_exists, form_param_format_invalid.
  [[nodiscard]] ClerkResult<Identification> AddEmail(const std::string& user_id, std::string_view address, const Caller& caller);
  [[nodiscard]] ClerkResult<Identification> PrepareEmail(const std::string& user_id, const std::string& email_id,
                                                         std::string_view strategy, const Caller& caller);
  // 422 form_code_incorrect, form_identifier_exists if somebody else was faster; 400 verification_….
  [[nodiscard]] ClerkResult<Identification> AttemptEmail(const std::string& user_id, const std::string& email_id,
                                                         std::string_view code, const Caller& caller);
  // 400 last_required_identification_deletion_failed for the only verified one.
  [[nodiscard]] ClerkResult<void> RemoveEmail(const std::string& user_id, const std::string& email_id, const Caller& caller);
  [[nodiscard]] ClerkResult<void> RemoveExternalAccount(const std::string& user_id, const std::string& account_id,
                                                        const Caller& caller);

  // An empty URL: the generated picture again.
  [[nodiscard]] ClerkResult<User> SetImage(const std::string& user_id, const std::string& url, const Caller& caller);

  // Ends a session of the user's, wherever it is.
  [[nodiscard]] ClerkResult<Session> RevokeSession(const std::string& user_id, const std::string& session_id,
                                                   const Caller& caller);

 private:
  using Edit = std::function<ClerkResult<void>(const Step& step, User& user)>;
  [[nodiscard]] ClerkResult<User> Alter(const std::string& user_id, const Caller& caller, const Edit& edit);
  [[nodiscard]] ClerkResult<void> CheckCurrentPassword(const std::string& user_id, std::string_view current) const;

  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
};

}  // namespace inkwell::emulator
