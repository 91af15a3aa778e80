#include "clerk-emulator/accounts/sign_ups.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/accounts/email_code.h"
#include "clerk-emulator/accounts/external_identity.h"
#include "clerk-emulator/accounts/passwords.h"
#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

constexpr std::chrono::hours kAbandonment{24};

ClerkError NoSignUp(const std::string& id) { return ResourceNotFound("No sign up was found with id " + id + "."); }

// The password as it is kept; nothing if none was given.
ClerkResult<std::optional<std::string>> HashOf(const SignUpFields& fields) {
  if (!fields.password || fields.password->empty()) return std::optional<std::string>();
  auto hash = HashPassword(*fields.password);
  if (!hash) return tl::unexpected(hash.error());
  return std::optional(std::move(*hash));
}

ClerkResult<void> Fill(const Step& step, const SignUpFields& fields, const std::optional<std::string>& hash, SignUp& sign_up) {
  if (fields.email_address) {
    auto address = CheckNewEmail(step.state, *fields.email_address, {});
    if (!address) return tl::unexpected(address.error());
    if (*address != sign_up.email_address) sign_up.email_verification = {};
    sign_up.email_address = std::move(*address);
  }
  if (hash) sign_up.password_hash = *hash;
  if (fields.first_name) sign_up.first_name = *fields.first_name;
  if (fields.last_name) sign_up.last_name = *fields.last_name;
  if (fields.unsafe_metadata) sign_up.unsafe_metadata = *fields.unsafe_metadata;
  // The same rules as for a user that is made: refused now, by the field, and not at the end.
  User user;
  const UserPatch names = {{}, {}, sign_up.first_name, sign_up.last_name, {}, {}, {}};
  return PatchUser(step.state, names, user);
}

ClerkResult<User> UserOf(const Step& step, const SignUp& sign_up) {
  NewUser wanted;
  wanted.email_addresses = {sign_up.email_address};
  wanted.verified_by = sign_up.email_verification.strategy;
  wanted.first_name = sign_up.first_name;
  wanted.last_name = sign_up.last_name;
  wanted.unsafe_metadata = sign_up.unsafe_metadata;
  auto user = MakeUser(step.state, wanted, step.now);
  if (!user) return user;
  user->password_hash = sign_up.password_hash;
  if (!user->password_hash.empty()) user->password_updated_at = step.now;
  if (!sign_up.external.strategy.empty()) Link(sign_up.external, step.now, *user);
  return user;
}

}  // namespace

std::vector<std::string> MissingFields(const SignUp& sign_up) {
  std::vector<std::string> missing;
  if (sign_up.email_address.empty()) missing.emplace_back("email_address");
  if (sign_up.password_hash.empty() && sign_up.external.strategy.empty()) missing.emplace_back("password");
  return missing;
}

std::vector<std::string> UnverifiedFields(const SignUp& sign_up) {
  if (sign_up.email_address.empty() || sign_up.email_verification.status == VerificationStatus::kVerified) return {};
  return {"email_address"};
}

SignUp NewSignUp(UnixMillis now) {
  SignUp sign_up;
  sign_up.id = NewId("sua");
  sign_up.abandon_at = now + kAbandonment;
  return sign_up;
}

ClerkResult<void> Advance(const Step& step, const WebhookEvents& events, SignUp& sign_up, Client& client) {
  if (!MissingFields(sign_up).empty() || !UnverifiedFields(sign_up).empty()) {
    client.sign_up = sign_up;
    step.changes.emplace_back(client);
    return {};
  }
  auto user = UserOf(step, sign_up);
  if (!user) return tl::unexpected(user.error());
  const auto& strategy = sign_up.external.strategy;
  user->last_sign_in_at = user->last_active_at = step.now;
  events.Add(step, "user.created", user->id, UserJson(*user));
  const auto session = Enter(step, events, *user, client, strategy.empty() ? sign_up.email_verification.strategy : strategy);
  sign_up.created_user_id = user->id;
  sign_up.created_session_id = session.id;
  return {};
}

SignUps::SignUps(StateStore& store, const Clock& clock, WebhookEvents events, const InstanceSettings& settings)
    : store_(store), clock_(clock), events_(std::move(events)), settings_(settings) {}

SignUpResult SignUps::Create(const Browser& browser, const SignUpFields& fields) {
  const auto hash = HashOf(fields);
  if (!hash) return tl::unexpected(hash.error());
  return store_.Update([&](const State& state, Changes& changes) -> SignUpResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    auto opened = OpenClient(state, browser.cookie, step.now);
    if (auto may = MaySignIn(step, opened.client, settings_, {}); !may) return tl::unexpected(may.error());
    auto sign_up = NewSignUp(step.now);
    if (auto filled = Fill(step, fields, *hash, sign_up); !filled) return tl::unexpected(filled.error());
    if (auto done = Advance(step, events_, sign_up, opened.client); !done) return tl::unexpected(done.error());
    return Progress<SignUp>{std::move(sign_up), opened.client.id, opened.new_cookie};
  });
}

SignUpResult SignUps::CreateFromSignIn(const Browser& browser) {
  return store_.Update([&](const State& state, Changes& changes) -> SignUpResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    const auto* known = FindClient(state, browser.cookie);
    if (known == nullptr || !known->sign_in || known->sign_in->first_factor.status != VerificationStatus::kTransferable) {
      return tl::unexpected(ResourceNotFound("This browser has no sign in that could be transferred."));
    }
    Client client = *known;
    if (auto may = MaySignIn(step, client, settings_, {}); !may) return tl::unexpected(may.error());
    auto sign_up = NewSignUp(step.now);
    TakeIdentity(client.sign_in->external, sign_up);
    if (auto done = Advance(step, events_, sign_up, client); !done) return tl::unexpected(done.error());
    return Progress<SignUp>{std::move(sign_up), client.id, {}};
  });
}

ClerkResult<SignUp> SignUps::Find(const Browser& browser, const std::string& id) const {
  return store_.View([&](const State& state) -> ClerkResult<SignUp> {
    const auto* client = FindClient(state, browser.cookie);
    if (client == nullptr || !client->sign_up || client->sign_up->id != id) return tl::unexpected(NoSignUp(id));
    return *client->sign_up;
  });
}

// `edit(step, sign_up, refused)` may set `refused`: what it changed then stays, such as the number of attempts, and the browser
// gets the error.
template <typename Edit>
SignUpResult SignUps::Alter(const Browser& browser, const std::string& id, Edit&& edit) {
  std::optional<ClerkError> refused;
  auto altered = store_.Update([&](const State& state, Changes& changes) -> SignUpResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    const auto* known = FindClient(state, browser.cookie);
    if (known == nullptr || !known->sign_up || known->sign_up->id != id || step.now >= known->sign_up->abandon_at) {
      return tl::unexpected(NoSignUp(id));
    }
    Client client = *known;
    client.updated_at = step.now;
    SignUp sign_up = *client.sign_up;
    if (ClerkResult<void> edited = edit(step, sign_up, refused); !edited) return tl::unexpected(edited.error());
    if (auto done = Advance(step, events_, sign_up, client); !done) return tl::unexpected(done.error());
    return Progress<SignUp>{std::move(sign_up), client.id, {}};
  });
  if (altered && refused) return tl::unexpected(*refused);
  return altered;
}

SignUpResult SignUps::Update(const Browser& browser, const std::string& id, const SignUpFields& fields) {
  const auto hash = HashOf(fields);
  if (!hash) return tl::unexpected(hash.error());
  return Alter(browser, id, [&](const Step& step, SignUp& sign_up, auto&) { return Fill(step, fields, *hash, sign_up); });
}

SignUpResult SignUps::Prepare(const Browser& browser, const std::string& id, std::string_view strategy) {
  return Alter(browser, id, [&](const Step& step, SignUp& sign_up, auto&) -> ClerkResult<void> {
    if (strategy != "email_code") return tl::unexpected(StrategyInvalid(strategy));
    if (sign_up.email_address.empty()) return tl::unexpected(ParamMissing("email_address"));
    sign_up.email_verification = SendCode(strategy, step.now);
    return {};
  });
}

SignUpResult SignUps::Attempt(const Browser& browser, const std::string& id, std::string_view code) {
  return Alter(browser, id, [&](const Step& step, SignUp& sign_up, std::optional<ClerkError>& refused) -> ClerkResult<void> {
    if (auto checked = CheckCode(code, step.now, sign_up.email_verification); !checked) refused = checked.error();
    return {};
  });
}

}  // namespace inkwell::emulator
