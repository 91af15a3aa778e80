#include "clerk-emulator/accounts/browser_sessions.h"

#include <algorithm>
#include <utility>

#include "clerk-emulator/accounts/sessions.h"

namespace inkwell::emulator {
namespace {

bool IsMember(const State& state, const std::string& organization_id, const std::string& user_id) {
  const auto organization = state.organizations.find(organization_id);
  if (organization == state.organizations.end()) return false;
  const auto& members = organization->second.memberships;
  return std::any_of(members.begin(), members.end(), [&](const Membership& member) { return member.user_id == user_id; });
}

const Session* OwnSession(const Step& step, const Client* client, const std::string& session_id) {
  if (client == nullptr) return nullptr;
  for (const auto* session : LiveSessions(step.state, *client, step.now)) {
    if (session->id == session_id) return session;
  }
  return nullptr;
}

ClerkError SignedOut() { return AuthenticationInvalid("The session does not exist or is not active any more."); }

}  // namespace

BrowserSessions::BrowserSessions(StateStore& store, const Clock& clock, WebhookEvents events)
    : store_(store), clock_(clock), events_(std::move(events)) {}

ClerkResult<OpenedClient> BrowserSessions::Open(const Browser& browser) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<OpenedClient> {
    auto opened = OpenClient(state, browser.cookie, clock_.Now());
    changes.emplace_back(opened.client);
    return opened;
  });
}

ClerkResult<void> BrowserSessions::Destroy(const Browser& browser) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    const Step step{state, changes, browser.caller, clock_.Now()};
    const auto* client = FindClient(state, browser.cookie);
    if (client == nullptr) return {};
    for (const auto* session : LiveSessions(state, *client, step.now)) {
      EndSession(step, events_, *session, SessionStatus::kRemoved);
    }
    changes.emplace_back(ClientErased{client->id});
    return {};
  });
}

ClerkResult<void> BrowserSessions::RemoveAll(const Browser& browser) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    const Step step{state, changes, browser.caller, clock_.Now()};
    const auto* known = FindClient(state, browser.cookie);
    if (known == nullptr) return {};
    for (const auto* session : LiveSessions(state, *known, step.now)) {
      EndSession(step, events_, *session, SessionStatus::kRemoved);
    }
    Client client = *known;
    client.session_ids.clear();
    client.last_active_session_id.clear();
    client.updated_at = step.now;
    changes.emplace_back(std::move(client));
    return {};
  });
}

ClerkResult<void> BrowserSessions::Touch(const Browser& browser, const std::string& session_id,
                                         const std::optional<std::string>& organization) {
  const auto touch = [&](const State& state, Changes& changes) -> ClerkResult<void> {
    const Step step{state, changes, browser.caller, clock_.Now()};
    const auto* known = FindClient(state, browser.cookie);
    const auto* session = OwnSession(step, known, session_id);
    if (session == nullptr) return tl::unexpected(SignedOut());
    Session touched = *session;
    touched.last_active_at = touched.updated_at = step.now;
    if (organization) {
      if (!organization->empty() && !IsMember(state, *organization, session->user_id)) {
        return tl::unexpected(ResourceNotFound("The user is not a member of that organization."));
      }
      touched.active_organization_id = *organization;
    }
    Client client = *known;
    client.last_active_session_id = session_id;
    client.updated_at = step.now;
    changes.emplace_back(std::move(touched));
    changes.emplace_back(std::move(client));
    return {};
  };
  // A page touches its session at every focus, and would merely do it again.
  return store_.Update(touch, StateStore::Durability::kEventually);
}

ClerkResult<Session> BrowserSessions::Finish(const Browser& browser, const std::string& session_id, SessionStatus how) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Session> {
    const Step step{state, changes, browser.caller, clock_.Now()};
    const auto* known = FindClient(state, browser.cookie);
    const auto* session = OwnSession(step, known, session_id);
    if (session == nullptr) return tl::unexpected(SignedOut());
    Client client = *known;
    std::erase(client.session_ids, session_id);
    client.updated_at = step.now;
    if (client.last_active_session_id == session_id) {
      client.last_active_session_id = client.session_ids.empty() ? "" : client.session_ids.back();
    }
    changes.emplace_back(std::move(client));
    return EndSession(step, events_, *session, how);
  });
}

}  // namespace inkwell::emulator
