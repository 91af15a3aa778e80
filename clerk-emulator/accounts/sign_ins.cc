#include "clerk-emulator/accounts/sign_ins.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/accounts/email_code.h"
#include "clerk-emulator/accounts/external_identity.h"
#include "clerk-emulator/accounts/passwords.h"
#include "clerk-emulator/accounts/sessions.h"
#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

constexpr std::chrono::hours kAbandonment{24};
constexpr std::string_view kResetStrategy = "reset_password_email_code";

ClerkError NoSignIn(const std::string& id) { return ResourceNotFound("No sign in was found with id " + id + "."); }

const User* FindByIdentifier(const State& state, const std::string& identifier) {
  if (const auto* user = FindByEmail(state, identifier)) return user;
  const auto username = LowerCase(identifier);
  const auto user = std::find_if(state.users.begin(), state.users.end(),
                                 [&](const auto& entry) { return !username.empty() && entry.second.username == username; });
  return user == state.users.end() ? nullptr : &user->second;
}

// The browser's sign-in under way.
ClerkResult<Client> ClientOf(const State& state, const Browser& browser, const std::string& id, UnixMillis now) {
  const auto* client = FindClient(state, browser.cookie);
  if (client == nullptr || !client->sign_in || client->sign_in->id != id || now >= client->sign_in->abandon_at) {
    return tl::unexpected(NoSignIn(id));
  }
  return *client;
}

bool HasStrategy(const User& user, std::string_view strategy) {
  if (strategy == kResetStrategy) return !user.password_hash.empty() && !PrimaryEmail(user).empty();
  return strategy == "email_code" && !PrimaryEmail(user).empty();
}

}  // namespace

SignIn NewSignIn(UnixMillis now) {
  SignIn sign_in;
  sign_in.id = NewId("sia");
  sign_in.abandon_at = now + kAbandonment;
  return sign_in;
}

void EndOtherSessions(const Step& step, const WebhookEvents& events, const std::string& user_id,
                      const std::string& kept_session_id) {
  for (const auto& [id, session] : step.state.sessions) {
    if (session.user_id == user_id && id != kept_session_id) EndSession(step, events, session, SessionStatus::kRevoked);
  }
}

SignIns::SignIns(StateStore& store, const Clock& clock, WebhookEvents events, const InstanceSettings& settings)
    : store_(store), clock_(clock), events_(std::move(events)), settings_(settings) {}

SignInResult SignIns::Create(const Browser& browser, const std::string& identifier) {
  return store_.Update([&](const State& state, Changes& changes) -> SignInResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    auto [client, new_cookie] = OpenClient(state, browser.cookie, step.now);
    auto sign_in = NewSignIn(step.now);
    if (!identifier.empty()) {
      const auto* user = FindByIdentifier(state, identifier);
      if (user == nullptr) return tl::unexpected(IdentifierNotFound("identifier"));
      sign_in.identifier = identifier;
      sign_in.user_id = user->id;
      sign_in.status = SignInStatus::kNeedsFirstFactor;
    }
    if (auto may = MaySignIn(step, client, settings_, sign_in.user_id); !may) return tl::unexpected(may.error());
    client.sign_in = sign_in;
    changes.emplace_back(client);
    return Progress<SignIn>{std::move(sign_in), client.id, std::move(new_cookie)};
  });
}

SignInResult SignIns::CreateFromSignUp(const Browser& browser) {
  return store_.Update([&](const State& state, Changes& changes) -> SignInResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    const auto* known = FindClient(state, browser.cookie);
    if (known == nullptr || !known->sign_up ||
        known->sign_up->external_verification.status != VerificationStatus::kTransferable) {
      return tl::unexpected(ResourceNotFound("This browser has no sign up that could be transferred."));
    }
    Client client = *known;
    const auto identity = client.sign_up->external;
    const auto* user = FindByIdentity(state, identity);
    if (user == nullptr) return tl::unexpected(IdentifierNotFound("identifier"));
    auto sign_in = NewSignIn(step.now);
    sign_in.identifier = identity.email_address;
    sign_in.user_id = user->id;
    sign_in.first_factor.strategy = identity.strategy;
    User linked = *user;
    if (Link(identity, step.now, linked)) ChangeUser(step, events_, linked);
    if (auto done = Complete(step, std::move(linked), sign_in, client); !done) return tl::unexpected(done.error());
    return Progress<SignIn>{std::move(sign_in), client.id, {}};
  });
}

ClerkResult<SignIn> SignIns::Find(const Browser& browser, const std::string& id) const {
  return store_.View([&](const State& state) -> ClerkResult<SignIn> {
    const auto client = ClientOf(state, browser, id, clock_.Now());
    if (!client) return tl::unexpected(client.error());
    return *client->sign_in;
  });
}

ClerkResult<void> SignIns::Complete(const Step& step, User user, SignIn& sign_in, Client& client) const {
  if (auto may = MaySignIn(user); !may) return tl::unexpected(may.error());
  if (auto may = MaySignIn(step, client, settings_, user.id); !may) return may;
  sign_in.first_factor.status = VerificationStatus::kVerified;
  sign_in.status = SignInStatus::kComplete;
  sign_in.created_session_id = Enter(step, events_, user, client, sign_in.first_factor.strategy).id;
  return {};
}

// `edit(step, user, sign_in, client, refused)` may set `refused`: what it changed then stays, such as the number of attempts, and
// the browser gets the error.
template <typename Edit>
SignInResult SignIns::Alter(const Browser& browser, const std::string& id, Edit&& edit) {
  std::optional<ClerkError> refused;
  auto altered = store_.Update([&](const State& state, Changes& changes) -> SignInResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    auto client = ClientOf(state, browser, id, step.now);
    if (!client) return tl::unexpected(client.error());
    SignIn sign_in = *client->sign_in;
    const auto user = state.users.find(sign_in.user_id);
    if (user == state.users.end()) return tl::unexpected(NoSignIn(id));
    client->updated_at = step.now;
    if (ClerkResult<void> edited = edit(step, user->second, sign_in, *client, refused); !edited) {
      return tl::unexpected(edited.error());
    }
    if (sign_in.status != SignInStatus::kComplete) {
      client->sign_in = sign_in;
      changes.emplace_back(*client);
    }
    return Progress<SignIn>{std::move(sign_in), client->id, {}};
  });
  if (altered && refused) return tl::unexpected(*refused);
  return altered;
}

SignInResult SignIns::Prepare(const Browser& browser, const std::string& id, std::string_view strategy) {
  return Alter(browser, id, [&](const Step& step, const User& user, SignIn& sign_in, Client&, auto&) -> ClerkResult<void> {
    if (!HasStrategy(user, strategy)) return tl::unexpected(StrategyInvalid(strategy));
    sign_in.status = SignInStatus::kNeedsFirstFactor;
    sign_in.first_factor = SendCode(strategy, step.now);
    return {};
  });
}

SignInResult SignIns::AttemptPassword(const Browser& browser, const std::string& id, std::string_view password) {
  const auto sign_in = Find(browser, id);
  if (!sign_in) return tl::unexpected(sign_in.error());
  const auto hash = store_.View([&](const State& state) {
    const auto user = state.users.find(sign_in->user_id);
    return user == state.users.end() ? std::string() : user->second.password_hash;
  });
  if (hash.empty()) return tl::unexpected(StrategyInvalid("password"));
  const bool matches = PasswordMatches(password, hash);
  const auto attempt = [&](const Step& step, const User& user, SignIn& attempted, Client& client,
                           std::optional<ClerkError>& refused) -> ClerkResult<void> {
    attempted.first_factor.strategy = "password";
    ++attempted.first_factor.attempts;
    // Compared with the hash as it was: whoever changes the password at this moment makes the attempt a wrong one.
    if (matches && user.password_hash == hash) return Complete(step, user, attempted, client);
    refused = PasswordIncorrect("password");
    return {};
  };
  return Alter(browser, id, attempt);
}

SignInResult SignIns::AttemptCode(const Browser& browser, const std::string& id, std::string_view code) {
  const auto attempt = [&](const Step& step, const User& user, SignIn& sign_in, Client& client,
                           std::optional<ClerkError>& refused) -> ClerkResult<void> {
    if (auto checked = CheckCode(code, step.now, sign_in.first_factor); !checked) {
      refused = checked.error();
      return {};
    }
    if (sign_in.first_factor.strategy != kResetStrategy) return Complete(step, user, sign_in, client);
    sign_in.status = SignInStatus::kNeedsNewPassword;
    return {};
  };
  return Alter(browser, id, attempt);
}

SignInResult SignIns::ResetPassword(const Browser& browser, const std::string& id, std::string_view password,
                                    bool sign_out_of_other_sessions) {
  const auto hash = HashPassword(password);
  if (!hash) return tl::unexpected(hash.error());
  return Alter(browser, id, [&](const Step& step, const User& user, SignIn& sign_in, Client& client, auto&) -> ClerkResult<void> {
    if (sign_in.status != SignInStatus::kNeedsNewPassword) return tl::unexpected(VerificationMissing());
    User changed = user;
    changed.password_hash = *hash;
    changed.password_updated_at = step.now;
    ChangeUser(step, events_, changed);
    if (sign_out_of_other_sessions) EndOtherSessions(step, events_, user.id, {});
    return Complete(step, std::move(changed), sign_in, client);
  });
}

}  // namespace inkwell::emulator
