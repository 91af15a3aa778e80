#include "clerk-emulator/accounts/email_addresses.h"

#include <algorithm>
#include <utility>

#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

ClerkError NoEmail(const std::string& id) { return ResourceNotFound("No email address was found with id " + id + "."); }

template <typename Emails>
auto FindIn(Emails& emails, const std::string& id) {
  return std::find_if(emails.begin(), emails.end(), [&](const Identification& email) { return email.id == id; });
}

const User* OwnerOf(const State& state, const std::string& email_id) {
  for (const auto& [id, user] : state.users) {
    if (FindIn(user.email_addresses, email_id) != user.email_addresses.end()) return &user;
  }
  return nullptr;
}

ClerkResult<void> ApplyChange(const Step& step, const EmailChange& change, User& user, Identification& email) {
  if (change.verified.value_or(email.verified) && !email.verified) {
    const auto* owner = FindByEmail(step.state, email.value);
    if (owner != nullptr && owner->id != user.id) return tl::unexpected(IdentifierExists("email_address"));
    email.strategy = "admin";
    email.verification = {};
  }
  email.verified = change.verified.value_or(email.verified);
  email.updated_at = step.now;
  if (!email.verified && (change.primary == true || user.primary_email_address_id == email.id)) {
    return tl::unexpected(ParamValueInvalid(change.primary == true ? "primary" : "verified", "true for a primary address"));
  }
  if (change.primary == true || (email.verified && user.primary_email_address_id.empty())) {
    user.primary_email_address_id = email.id;
  }
  return {};
}

}  // namespace

EmailAddresses::EmailAddresses(StateStore& store, const Clock& clock, WebhookEvents events)
    : store_(store), clock_(clock), events_(std::move(events)) {}

ClerkResult<Identification> EmailAddresses::Create(const std::string& user_id, std::string_view address,
                                                   const EmailChange& change, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Identification> {
    const auto found = state.users.find(user_id);
    if (found == state.users.end()) return tl::unexpected(ResourceNotFound("No user was found with id " + user_id + "."));
    auto checked = CheckNewEmail(state, address, user_id);
    if (!checked) return tl::unexpected(checked.error());
    const Step step{state, changes, caller, clock_.Now()};
    User user = found->second;
    Identification email;
    email.id = NewId("idn");
    email.value = std::move(*checked);
    email.created_at = step.now;
    email.verified = false;
    if (auto changed = ApplyChange(step, change, user, email); !changed) return tl::unexpected(changed.error());
    user.email_addresses.push_back(email);
    ChangeUser(step, events_, user);
    return email;
  });
}

ClerkResult<Identification> EmailAddresses::Find(const std::string& email_id) const {
  return store_.View([&](const State& state) -> ClerkResult<Identification> {
    const auto* owner = OwnerOf(state, email_id);
    if (owner == nullptr) return tl::unexpected(NoEmail(email_id));
    return *FindIn(owner->email_addresses, email_id);
  });
}

ClerkResult<Identification> EmailAddresses::Update(const std::string& email_id, const EmailChange& change, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Identification> {
    const auto* owner = OwnerOf(state, email_id);
    if (owner == nullptr) return tl::unexpected(NoEmail(email_id));
    const Step step{state, changes, caller, clock_.Now()};
    User user = *owner;
    auto& email = *FindIn(user.email_addresses, email_id);
    if (auto changed = ApplyChange(step, change, user, email); !changed) return tl::unexpected(changed.error());
    Identification updated = email;
    ChangeUser(step, events_, user);
    return updated;
  });
}

ClerkResult<void> EmailAddresses::Delete(const std::string& email_id, const Caller& caller) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    const auto* owner = OwnerOf(state, email_id);
    if (owner == nullptr) return tl::unexpected(NoEmail(email_id));
    const Step step{state, changes, caller, clock_.Now()};
    User user = *owner;
    auto& emails = user.email_addresses;
    emails.erase(FindIn(emails, email_id));
    if (user.primary_email_address_id == email_id) {
      const auto next = std::find_if(emails.begin(), emails.end(), [](const Identification& item) { return item.verified; });
      user.primary_email_address_id = next == emails.end() ? std::string() : next->id;
    }
    ChangeUser(step, events_, user);
    return {};
  });
}

}  // namespace inkwell::emulator
