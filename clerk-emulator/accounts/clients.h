#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/accounts/instance.h"
#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/model/model.h"
#include "clerk-emulator/webhooks/webhook_events.h"

namespace inkwell::emulator {

// Who asks: the value of the browser's __client cookie, which may be empty or wrong, and what webhooks say about the request.
struct Browser {
  std::string cookie;
  Caller caller;
};

// What a step made of a browser's sign-up or sign-in.
template <typename T>
struct Progress {
  T attempt;
  std::string client_id;
  std::string new_cookie;  // to be set in the browser; empty: it has one
};

struct OpenedClient {
  Client client;
  std::string new_cookie;
};

// The client that the cookie names and proves; null if there is none.
[[nodiscard]] const Client* FindClient(const State& state, std::string_view cookie);

// The same, or a new one, which takes effect when it is put among the changes.
[[nodiscard]] OpenedClient OpenClient(const State& state, std::string_view cookie, UnixMillis now);

// The client's sessions that are live, oldest first.
[[nodiscard]] std::vector<const Session*> LiveSessions(const State& state, const Client& client, UnixMillis now);

// Whether another session may begin: 400 session_exists in single session mode, 400 identifier_already_signed_in if this user
// (empty: not known yet) has one in this browser.
[[nodiscard]] ClerkResult<void> MaySignIn(const Step& step, const Client& client, const InstanceSettings& settings,
                                          std::string_view user_id);

// Signs the user in: a session for the client, which becomes its active one and ends its sign-up and sign-in. The user, the
// client and the session are put among the changes, and session.created announces it.
Session Enter(const Step& step, const WebhookEvents& events, User& user, Client& client, std::string_view strategy);

}  // namespace inkwell::emulator
