#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/accounts/clients.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"

namespace inkwell::emulator {

// What a form says. Absent: nothing; an empty text removes.
struct SignUpFields {
  std::optional<std::string> email_address;
  std::optional<std::string> password;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> unsafe_metadata;  // JSON text of an object
};

using SignUpResult = ClerkResult<Progress<SignUp>>;

// Signing up: fields are given, the e-mail address is verified by a code, and once nothing is missing there are a user and a
// session. A browser has one sign-up at a time. Each call is one durable step. Thread-safe.
class SignUps final {
 public:
  SignUps(StateStore& store, const Clock& clock, WebhookEvents events, const InstanceSettings& settings);

  // 422 form_identifier_exists, form_param_…, form_password_…; 400 session_exists.
  [[nodiscard]] SignUpResult Create(const Browser& browser, const SignUpFields& fields);
  // Of the identity that a provider named in this browser's sign-in: 404 if there is none.
  [[nodiscard]] SignUpResult CreateFromSignIn(const Browser& browser);

  // All of these: 404 resource_not_found unless it is this browser's sign-up under way.
  [[nodiscard]] ClerkResult<SignUp> Find(const Browser& browser, const std::string& id) const;
  [[nodiscard]] SignUpResult Update(const Browser& browser, const std::string& id, const SignUpFields& fields);
  // Sends a code. 400 strategy_for_user_invalid for any strategy but email_code.
  [[nodiscard]] SignUpResult Prepare(const Browser& browser, const std::string& id, std::string_view strategy);
  // 422 form_code_incorrect; 400 verification_….
  [[nodiscard]] SignUpResult Attempt(const Browser& browser, const std::string& id, std::string_view code);

 private:
  template <typename Edit>
  [[nodiscard]] SignUpResult Alter(const Browser& browser, const std::string& id, Edit&& edit);

  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
  const InstanceSettings& settings_;
};

// What is still to be given and to be verified, by Clerk's names of the fields.
[[nodiscard]] std::vector<std::string> MissingFields(const SignUp& sign_up);
[[nodiscard]] std::vector<std::string> UnverifiedFields(const SignUp& sign_up);

// A sign-up that has begun now.
[[nodiscard]] SignUp NewSignUp(UnixMillis now);

// Makes the user and the session if nothing is missing; else the sign-up stays with the client. Either way the client is put
// among the changes.
[[nodiscard]] ClerkResult<void> Advance(const Step& step, const WebhookEvents& events, SignUp& sign_up, Client& client);

}  // namespace inkwell::emulator
