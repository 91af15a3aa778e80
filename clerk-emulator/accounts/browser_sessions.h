#pragma once

#include <optional>
#include <string>

#include "clerk-emulator/accounts/clients.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/state_store.h"

namespace inkwell::emulator {

// What a browser does with its own sessions. Each call is one step. Thread-safe.
class BrowserSessions final {
 public:
  BrowserSessions(StateStore& store, const Clock& clock, WebhookEvents events);

  // The browser's client, made if it has none.
  [[nodiscard]] ClerkResult<OpenedClient> Open(const Browser& browser);
  // Removes the sessions and forgets the client. Nothing happens without one.
  [[nodiscard]] ClerkResult<void> Destroy(const Browser& browser);
  // Removes the sessions; the client stays, as the cookie does.
  [[nodiscard]] ClerkResult<void> RemoveAll(const Browser& browser);
  // The session is in use; it becomes the client's active one. `organization` (empty: none) becomes active in it, if the user is
  // a member: 404 resource_not_found else. 401 authentication_invalid unless the session is live and this browser's.
  [[nodiscard]] ClerkResult<void> Touch(const Browser& browser, const std::string& session_id,
                                        const std::optional<std::string>& organization);
  // Ends or removes the one session. 401 as above.
  [[nodiscard]] ClerkResult<Session> Finish(const Browser& browser, const std::string& session_id, SessionStatus how);

 private:
  StateStore& store_;
  const Clock& clock_;
  const WebhookEvents events_;
};

}  // namespace inkwell::emulator
