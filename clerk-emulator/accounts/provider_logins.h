#pragma once

#include <string>

#include "clerk-emulator/accounts/sign_ins.h"
#include "clerk-emulator/accounts/sign_ups.h"

namespace inkwell::emulator {

// What a button "Continue with …" asks for.
struct ProviderRequest {
  std::string strategy;                      // oauth_…
  std::string public_url;                    // where the browser reaches this emulator
  std::string redirect_url;                  // where to go when somebody has to decide something
  std::string action_complete_redirect_url;  // where to go when it is done
};

// Signing in and up by Google, GitHub and the like, whose place is taken by a page of the emulator's own: whoever is there may
// say who they are. Each call is one durable step. Thread-safe.
class ProviderLogins final {
 public:
  ProviderLogins(StateStore& store, const Clock& clock, WebhookEvents events, const InstanceSettings& settings);

  // The answer names the provider's page. 400 strategy_for_user_invalid for a provider that the instance does not have.
  [[nodiscard]] SignInResult BeginSignIn(const Browser& browser, const ProviderRequest& request);
  [[nodiscard]] SignUpResult BeginSignUp(const Browser& browser, const ProviderRequest& request);

  // For a user who is signed in in this browser: the account at the provider becomes another way to sign in. Kept as a sign-in
  // that knows its user from the start.
  [[nodiscard]] ClerkResult<Verification> BeginConnection(const Browser& browser, const std::string& user_id,
                                                          const ProviderRequest& request);

  // Whom the browser, which comes from the provider's page, is at the provider (the strategy comes from the state). Returns the
  // URL to go to: a session has begun, or a sign-in is left that can be transferred to a sign-up, or the other way round;
  // or the account is connected. 422 form_identifier_exists if it is somebody else's; 404 resource_not_found unless this browser
  // has begun with that state; 403 user_banned.
  [[nodiscard]] ClerkResult<std::string> Finish(const Browser& browser, const std::string& state, ExternalIdentity identity);

  // The provider of the browser's attempt with that state. 404 as above.
  [[nodiscard]] ClerkResult<SocialProvider> ProviderOf(const Browser& browser, const std::string& state) const;

 private:
  [[nodiscard]] const SocialProvider* FindProvider(const std::string& strategy) const;
  [[nodiscard]] ClerkResult<Verification> Begin(const ProviderRequest& request) const;
  [[nodiscard]] ClerkResult<std::string> FinishSignIn(const Step& step, Client client, const ExternalIdentity& identity) const;
  [[nodiscard]] ClerkResult<std::string> FinishSignUp(const Step& step, Client client, const ExternalIdentity& identity) const;
  [[nodiscard]] ClerkResult<std::string> FinishConnection(const Step& step, Client client,
                                                          const ExternalIdentity& identity) const;

  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
  const InstanceSettings& settings_;
};

}  // namespace inkwell::emulator
