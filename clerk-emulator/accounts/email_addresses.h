#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/webhooks/webhook_events.h"

namespace inkwell::emulator {

// What an administrator says about an address.
struct EmailChange {
  std::optional<bool> verified;
  std::optional<bool> primary;  // true only: another address takes its place by becoming the primary one
};

// Users' e-mail addresses by their own ids, as an administrator changes them. Each call is one durable step with its webhook
// user.updated; 404 resource_not_found for a user or an address that does not exist. Thread-safe.
class EmailAddresses final {
 public:
  EmailAddresses(StateStore& store, const Clock& clock, WebhookEvents events);

  // 422 form_identifier_exists, form_param_….
  [[nodiscard]] ClerkResult<Identification> Create(const std::string& user_id, std::string_view address,
                                                   const EmailChange& change, const Caller& caller);
  [[nodiscard]] ClerkResult<Identification> Find(const std::string& email_id) const;
  // 422 form_identifier_exists for an address that somebody else has verified meanwhile, form_param_value_invalid for `primary`.
  [[nodiscard]] ClerkResult<Identification> Update(const std::string& email_id, const EmailChange& change, const Caller& caller);
  // If it was the primary one, the next that is verified takes its place.
  [[nodiscard]] ClerkResult<void> Delete(const std::string& email_id, const Caller& caller);

 private:
  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
};

}  // namespace inkwell::emulator
