#include "clerk-emulator/accounts/profiles.h"

#include <algorithm>
#include <utility>

#include "clerk-emulator/accounts/email_code.h"
#include "clerk-emulator/accounts/passwords.h"
#include "clerk-emulator/accounts/sessions.h"
#include "clerk-emulator/accounts/sign_ins.h"
#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

ClerkError NoUser(const std::string& id) { return ResourceNotFound("No user was found with id " + id + "."); }
ClerkError NoEmail(const std::string& id) { return ResourceNotFound("No email address was found with id " + id + "."); }

Identification* FindEmail(User& user, const std::string& id) {
  auto& emails = user.email_addresses;
  const auto found = std::find_if(emails.begin(), emails.end(), [&](const Identification& email) { return email.id == id; });
  return found == emails.end() ? nullptr : &*found;
}

ClerkResult<void> Erase(User& user, const std::string& email_id) {
  auto& emails = user.email_addresses;
  const auto* email = FindEmail(user, email_id);
  if (email == nullptr) return tl::unexpected(NoEmail(email_id));
  const auto verified = std::count_if(emails.begin(), emails.end(), [](const Identification& item) { return item.verified; });
  if (email->verified && verified == 1) return tl::unexpected(LastIdentification("email address"));
  std::erase_if(emails, [&](const Identification& item) { return item.id == email_id; });
  if (user.primary_email_address_id != email_id) return {};
  const auto next = std::find_if(emails.begin(), emails.end(), [](const Identification& item) { return item.verified; });
  user.primary_email_address_id = next->id;
  return {};
}

}  // namespace

Profiles::Profiles(StateStore& store, const Clock& clock, WebhookEvents events)
    : store_(store), clock_(clock), events_(std::move(events)) {}

ClerkResult<User> Profiles::Alter(const std::string& user_id, const Caller& caller, const Edit& edit) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<User> {
    const auto found = state.users.find(user_id);
    if (found == state.users.end()) return tl::unexpected(NoUser(user_id));
    const Step step{state, changes, caller, clock_.Now()};
    User user = found->second;
    if (auto edited = edit(step, user); !edited) return tl::unexpected(edited.error());
    ChangeUser(step, events_, user);
    return user;
  });
}

ClerkResult<User> Profiles::Update(const std::string& user_id, const UserPatch& patch,
                                   const std::optional<std::string>& unsafe_metadata, const Caller& caller) {
  return Alter(user_id, caller, [&](const Step& step, User& user) {
    if (unsafe_metadata) user.unsafe_metadata = *unsafe_metadata;
    return PatchUser(step.state, patch, user);
  });
}

ClerkResult<void> Profiles::CheckCurrentPassword(const std::string& user_id, std::string_view current) const {
  const auto hash = store_.View([&](const State& state) {
    const auto user = state.users.find(user_id);
    return user == state.users.end() ? std::string() : user->second.password_hash;
  });
  if (!hash.empty() && !PasswordMatches(current, hash)) return tl::unexpected(PasswordIncorrect("current_password"));
  return {};
}

ClerkResult<User> Profiles::ChangePassword(const Session& session, std::string_view current, std::string_view wanted,
                                           bool sign_out_of_other_sessions, const Caller& caller) {
  if (auto known = CheckCurrentPassword(session.user_id, current); !known) return tl::unexpected(known.error());
  const auto hash = HashPassword(wanted, "new_password");
  if (!hash) return tl::unexpected(hash.error());
  return Alter(session.user_id, caller, [&](const Step& step, User& user) -> ClerkResult<void> {
    user.password_hash = *hash;
    user.password_updated_at = step.now;
    if (sign_out_of_other_sessions) EndOtherSessions(step, events_, user.id, session.id);
    return {};
  });
}

ClerkResult<User> Profiles::RemovePassword(const Session& session, std::string_view current, const Caller& caller) {
  if (auto known = CheckCurrentPassword(session.user_id, current); !known) return tl::unexpected(known.error());
  return Alter(session.user_id, caller, [](const Step&, User& user) -> ClerkResult<void> {
    user.password_hash.clear();
    user.password_updated_at = {};
    return {};
  });
}

ClerkResult<Identification> Profiles::AddEmail(const std::string& user_id, std::string_view address, const Caller& caller) {
  Identification email;
  email.id = NewId("idn");
  email.verified = false;
  const auto add = [&](const Step& step, User& user) -> ClerkResult<void> {
    auto checked = CheckNewEmail(step.state, address, user_id);
    if (!checked) return tl::unexpected(checked.error());
    email.value = std::move(*checked);
    email.created_at = email.updated_at = step.now;
    user.email_addresses.push_back(email);
    return {};
  };
  if (auto added = Alter(user_id, caller, add); !added) return tl::unexpected(added.error());
  return email;
}

ClerkResult<Identification> Profiles::PrepareEmail(const std::string& user_id, const std::string& email_id,
                                                   std::string_view strategy, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Identification> {
    const Step step{state, changes, caller, clock_.Now()};
    const auto found = state.users.find(user_id);
    if (found == state.users.end()) return tl::unexpected(NoUser(user_id));
    User user = found->second;
    auto* email = FindEmail(user, email_id);
    if (email == nullptr) return tl::unexpected(NoEmail(email_id));
    if (strategy != "email_code") return tl::unexpected(StrategyInvalid(strategy));
    // That a code is on its way is nothing that a webhook tells of.
    if (!email->verified) email->verification = SendCode(strategy, step.now);
    Identification prepared = *email;
    changes.emplace_back(std::move(user));
    return prepared;
  });
}

ClerkResult<Identification> Profiles::AttemptEmail(const std::string& user_id, const std::string& email_id, std::string_view code,
                                                   const Caller& caller) {
  std::optional<ClerkError> refused;
  auto attempted = store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Identification> {
    const Step step{state, changes, caller, clock_.Now()};
    const auto found = state.users.find(user_id);
    if (found == state.users.end()) return tl::unexpected(NoUser(user_id));
    User user = found->second;
    auto* email = FindEmail(user, email_id);
    if (email == nullptr) return tl::unexpected(NoEmail(email_id));
    if (const auto* owner = FindByEmail(state, email->value); owner != nullptr && owner->id != user_id) {
      return tl::unexpected(IdentifierExists("email_address"));
    }
    if (auto checked = CheckCode(code, step.now, email->verification); !checked) {
      refused = checked.error();
      Identification same = *email;
      changes.emplace_back(std::move(user));  // one attempt more
      return same;
    }
    email->verified = true;
    email->strategy = email->verification.strategy;
    email->verification = {};
    email->updated_at = step.now;
    if (user.primary_email_address_id.empty()) user.primary_email_address_id = email->id;
    Identification verified = *email;
    ChangeUser(step, events_, user);
    return verified;
  });
  if (attempted && refused) return tl::unexpected(*refused);
  return attempted;
}

ClerkResult<void> Profiles::RemoveEmail(const std::string& user_id, const std::string& email_id, const Caller& caller) {
  const auto removed = Alter(user_id, caller, [&](const Step&, User& user) { return Erase(user, email_id); });
  if (!removed) return tl::unexpected(removed.error());
  return {};
}

ClerkResult<void> Profiles::RemoveExternalAccount(const std::string& user_id, const std::string& account_id,
                                                  const Caller& caller) {
  const auto remove = [&](const Step&, User& user) -> ClerkResult<void> {
    const auto count = std::erase_if(user.external_accounts, [&](const ExternalAccount& item) { return item.id == account_id; });
    if (count == 0) return tl::unexpected(ResourceNotFound("No external account was found with id " + account_id + "."));
    return {};
  };
  if (auto removed = Alter(user_id, caller, remove); !removed) return tl::unexpected(removed.error());
  return {};
}

ClerkResult<User> Profiles::SetImage(const std::string& user_id, const std::string& url, const Caller& caller) {
  return Alter(user_id, caller, [&](const Step&, User& user) -> ClerkResult<void> {
    user.image_url = url;
    return {};
  });
}

ClerkResult<Session> Profiles::RevokeSession(const std::string& user_id, const std::string& session_id, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Session> {
    const Step step{state, changes, caller, clock_.Now()};
    const auto session = state.sessions.find(session_id);
    if (session == state.sessions.end() || session->second.user_id != user_id) {
      return tl::unexpected(ResourceNotFound("No session was found with id " + session_id + "."));
    }
    return EndSession(step, events_, session->second, SessionStatus::kRevoked);
  });
}

}  // namespace inkwell::emulator
