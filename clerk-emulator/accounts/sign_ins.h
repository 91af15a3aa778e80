#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/accounts/clients.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"

namespace inkwell::emulator {

using SignInResult = ClerkResult<Progress<SignIn>>;

// Signing in: somebody says who they are, and proves it by a password or by a code; who proves it by the code for a forgotten
// password has to choose a new one. A browser has one sign-in at a time. Each call is one durable step. Thread-safe.
class SignIns final {
 public:
  SignIns(StateStore& store, const Clock& clock, WebhookEvents events, const InstanceSettings& settings);

  // An empty identifier: one that does not say yet. 422 form_identifier_not_found; 400 session_exists,
  // identifier_already_signed_in.
  [[nodiscard]] SignInResult Create(const Browser& browser, const std::string& identifier);
  // Of the identity that a provider named in this browser's sign-up: 404 if there is none.
  [[nodiscard]] SignInResult CreateFromSignUp(const Browser& browser);

  // All of these: 404 resource_not_found unless it is this browser's sign-in under way.
  [[nodiscard]] ClerkResult<SignIn> Find(const Browser& browser, const std::string& id) const;
  // Sends a code. 400 strategy_for_user_invalid.
  [[nodiscard]] SignInResult Prepare(const Browser& browser, const std::string& id, std::string_view strategy);
  // 422 form_password_incorrect; 403 user_banned.
  [[nodiscard]] SignInResult AttemptPassword(const Browser& browser, const std::string& id, std::string_view password);
  // 422 form_code_incorrect; 400 verification_…; 403 user_banned.
  [[nodiscard]] SignInResult AttemptCode(const Browser& browser, const std::string& id, std::string_view code);
  // Once the code for a forgotten password was right. 422 form_password_….
  [[nodiscard]] SignInResult ResetPassword(const Browser& browser, const std::string& id, std::string_view password,
                                           bool sign_out_of_other_sessions);

 private:
  [[nodiscard]] ClerkResult<void> Complete(const Step& step, User user, SignIn& sign_in, Client& client) const;
  template <typename Edit>
  [[nodiscard]] SignInResult Alter(const Browser& browser, const std::string& id, Edit&& edit);

  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
  const InstanceSettings& settings_;
};

// A sign-in that has begun now.
[[nodiscard]] SignIn NewSignIn(UnixMillis now);

// Ends all sessions of the user but the one, which may be empty.
void EndOtherSessions(const Step& step, const WebhookEvents& events, const std::string& user_id,
                      const std::string& kept_session_id);

}  // namespace inkwell::emulator
