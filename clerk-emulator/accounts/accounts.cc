#include "clerk-emulator/accounts/accounts.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/accounts/organizations.h"
#include "clerk-emulator/accounts/passwords.h"
#include "clerk-emulator/accounts/sessions.h"
#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

ClerkError NoUser(std::string_view id) { return ResourceNotFound("No user was found with id " + std::string(id) + "."); }

const User* FindByIdOrEmail(const State& state, const std::string& identifier) {
  if (const auto user = state.users.find(identifier); user != state.users.end()) return &user->second;
  return FindByEmail(state, identifier);
}

void RevokeSessionsOf(const Step& step, const WebhookEvents& events, const std::string& user_id) {
  for (const auto& [id, session] : step.state.sessions) {
    if (session.user_id == user_id) EndSession(step, events, session, SessionStatus::kRevoked);
  }
}

}  // namespace

Accounts::Accounts(StateStore& store, const Clock& clock, WebhookEvents events)
    : store_(store), clock_(clock), events_(std::move(events)) {}

ClerkResult<User> Accounts::Create(const NewUser& wanted, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<User> {
    const Step step{state, changes, caller, clock_.Now()};
    auto user = MakeUser(state, wanted, step.now);
    if (!user) return user;
    events_.Add(step, "user.created", user->id, UserJson(*user));
    changes.emplace_back(*user);
    return user;
  });
}

ClerkResult<SignedIn> Accounts::SignUp(const NewUser& wanted, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<SignedIn> {
    const Step step{state, changes, caller, clock_.Now()};
    auto user = MakeUser(state, wanted, step.now);
    if (!user) return tl::unexpected(user.error());
    auto session = NewSession(step, *user, NewId("client"));
    events_.Add(step, "user.created", user->id, UserJson(*user));
    AnnounceSession(step, events_, session, *user);
    changes.emplace_back(*user);
    changes.emplace_back(session);
    return SignedIn{std::move(*user), std::move(session)};
  });
}

ClerkResult<SignedIn> Accounts::SignIn(const std::string& identifier, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<SignedIn> {
    const Step step{state, changes, caller, clock_.Now()};
    const auto* found = FindByIdOrEmail(state, identifier);
    if (found == nullptr) return tl::unexpected(IdentifierNotFound("identifier"));
    if (auto may = MaySignIn(*found); !may) return tl::unexpected(may.error());
    User user = *found;
    auto session = NewSession(step, user, NewId("client"));
    AnnounceSession(step, events_, session, user);
    changes.emplace_back(user);
    changes.emplace_back(session);
    return SignedIn{std::move(user), std::move(session)};
  });
}

template <typename Edit>
ClerkResult<User> Accounts::Alter(const std::string& user_id, const Caller& caller, Edit&& edit) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<User> {
    const auto found = state.users.find(user_id);
    if (found == state.users.end()) return tl::unexpected(NoUser(user_id));
    const Step step{state, changes, caller, clock_.Now()};
    User user = found->second;
    if (ClerkResult<void> altered = edit(step, user); !altered) return tl::unexpected(altered.error());
    ChangeUser(step, events_, user);
    return user;
  });
}

ClerkResult<User> Accounts::Update(const std::string& user_id, const UserPatch& patch,
                                   const std::optional<PasswordChange>& password, const Caller& caller) {
  return Alter(user_id, caller, [&](const Step& step, User& user) -> ClerkResult<void> {
    if (password) {
      user.password_hash = password->hash;
      user.password_updated_at = password->hash.empty() ? UnixMillis{} : step.now;
      if (password->sign_out_of_other_sessions) RevokeSessionsOf(step, events_, user_id);
    }
    return PatchUser(step.state, patch, user);
  });
}

ClerkResult<User> Accounts::ChangeMetadata(const std::string& user_id, const MetadataPatch& patch, const Caller& caller) {
  return Alter(user_id, caller, [&](const Step&, User& user) -> ClerkResult<void> {
    const auto change = [&](const std::optional<std::string>& given, std::string& metadata) {
      if (!given) return;
      if (patch.mode == MetadataPatch::Mode::kReplace) metadata = "{}";
      MergeMetadataText(*given, metadata);
    };
    change(patch.public_metadata, user.public_metadata);
    change(patch.private_metadata, user.private_metadata);
    change(patch.unsafe_metadata, user.unsafe_metadata);
    return {};
  });
}

ClerkResult<User> Accounts::SetBanned(const std::string& user_id, bool banned, const Caller& caller) {
  return Alter(user_id, caller, [&](const Step& step, User& user) -> ClerkResult<void> {
    user.banned = banned;
    if (banned) RevokeSessionsOf(step, events_, user_id);
    return {};
  });
}

ClerkResult<User> Accounts::SetLocked(const std::string& user_id, bool locked, const Caller& caller) {
  return Alter(user_id, caller, [&](const Step&, User& user) -> ClerkResult<void> {
    user.locked = locked;
    return {};
  });
}

ClerkResult<void> Accounts::VerifyPassword(const std::string& user_id, std::string_view password) const {
  const auto hash = store_.View([&](const State& state) -> ClerkResult<std::string> {
    const auto user = state.users.find(user_id);
    if (user == state.users.end()) return tl::unexpected(NoUser(user_id));
    if (user->second.password_hash.empty()) return tl::unexpected(ResourceNotFound("The user has no password."));
    return user->second.password_hash;
  });
  if (!hash) return tl::unexpected(hash.error());
  if (!PasswordMatches(password, *hash)) return tl::unexpected(PasswordIncorrect("password"));
  return {};
}

ClerkResult<User> Accounts::Delete(const std::string& user_id, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<User> {
    const auto found = state.users.find(user_id);
    if (found == state.users.end()) return tl::unexpected(NoUser(user_id));
    const Step step{state, changes, caller, clock_.Now()};
    auto data = DeletedJson("user", user_id);
    if (!found->second.external_id.empty()) data["external_id"] = found->second.external_id;
    events_.Add(step, "user.deleted", user_id, data);
    for (const auto& [id, session] : state.sessions) {
      if (session.user_id == user_id) changes.emplace_back(SessionErased{id});
    }
    LeaveOrganizations(step, events_, found->second);
    changes.emplace_back(UserErased{user_id});
    return found->second;
  });
}

ClerkResult<Session> Accounts::CreateSession(const std::string& user_id, const Caller& caller) {
  if (!store_.View([&](const State& state) { return state.users.contains(user_id); })) return tl::unexpected(NoUser(user_id));
  auto signed_in = SignIn(user_id, caller);
  if (!signed_in) return tl::unexpected(signed_in.error());
  return std::move(signed_in->session);
}

ClerkResult<Session> Accounts::RevokeSession(const std::string& session_id, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Session> {
    const auto found = state.sessions.find(session_id);
    if (found == state.sessions.end()) {
      return tl::unexpected(ResourceNotFound("No session was found with id " + session_id + "."));
    }
    return EndSession({state, changes, caller, clock_.Now()}, events_, found->second, SessionStatus::kRevoked);
  });
}

}  // namespace inkwell::emulator
