#pragma once

#include <string>

#include "clerk-emulator/model/model.h"
#include "clerk-emulator/webhooks/webhook_events.h"

namespace inkwell::emulator {

// A session of seven days for the user, who is thereby signed in at this moment. It has no effect before it is among the changes.
[[nodiscard]] Session NewSession(const Step& step, User& user, std::string client_id);

// session.created for a session that is among the changes.
void AnnounceSession(const Step& step, const WebhookEvents& events, const Session& session, const User& user);

// The session as it is afterwards, with the webhook that says so: session.ended, session.removed, session.revoked. One that is
// not active stays as it is.
Session EndSession(const Step& step, const WebhookEvents& events, const Session& session, SessionStatus how);

}  // namespace inkwell::emulator
