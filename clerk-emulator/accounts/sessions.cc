#include "clerk-emulator/accounts/sessions.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/base/ids.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using std::chrono::hours;

constexpr hours kSessionLifetime{7 * 24};
constexpr hours kSessionAbandonment{30 * 24};

// Clerk has no event of its own for a session that another one of the same browser replaced.
const char* EventOf(SessionStatus status) {
  switch (status) {
    case SessionStatus::kActive:
      return "session.created";
    case SessionStatus::kRevoked:
      return "session.revoked";
    case SessionStatus::kRemoved:
      return "session.removed";
    case SessionStatus::kEnded:
    case SessionStatus::kReplaced:
      return "session.ended";
  }
  return "session.ended";
}

void Announce(const Step& step, const WebhookEvents& events, const Session& session, const User* user) {
  auto data = SessionJson(session);
  data["user"] = user == nullptr ? nlohmann::json() : UserJson(*user);
  events.Add(step, EventOf(session.status), session.id, data);
}

}  // namespace

Session NewSession(const Step& step, User& user, std::string client_id) {
  Session session;
  session.id = NewId("sess");
  session.client_id = std::move(client_id);
  session.user_id = user.id;
  session.expire_at = step.now + kSessionLifetime;
  session.abandon_at = step.now + kSessionAbandonment;
  session.last_active_at = session.created_at = session.updated_at = step.now;
  session.client_address = step.caller.client_address;
  session.user_agent = step.caller.user_agent;
  // Signing in is no change of the user's data: it does not count as a version, and no user.updated announces it.
  user.last_sign_in_at = user.last_active_at = step.now;
  return session;
}

void AnnounceSession(const Step& step, const WebhookEvents& events, const Session& session, const User& user) {
  Announce(step, events, session, &user);
}

Session EndSession(const Step& step, const WebhookEvents& events, const Session& session, SessionStatus how) {
  if (session.status != SessionStatus::kActive) return session;
  Session ended = session;
  ended.status = how;
  ended.updated_at = step.now;
  const auto user = step.state.users.find(session.user_id);
  Announce(step, events, ended, user == step.state.users.end() ? nullptr : &user->second);
  step.changes.emplace_back(ended);
  return ended;
}

}  // namespace inkwell::emulator
