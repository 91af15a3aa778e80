#include "clerk-emulator/accounts/provider_logins.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "clerk-emulator/accounts/external_identity.h"
#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

constexpr std::chrono::minutes kLifetime{10};
constexpr std::size_t kStateLength = 32;  // characters: 190 bits

ClerkError NoAttempt() {
  return ResourceNotFound("This browser has not begun to continue with a provider, or too long ago: begin again.");
}

bool Expects(const Verification& verification, const std::string& state, UnixMillis now) {
  return !state.empty() && verification.state == state && verification.status == VerificationStatus::kUnverified &&
         now < verification.expire_at;
}

// What the client has begun with that state; null if nothing.
const Verification* Expected(const Client& client, const std::string& state, UnixMillis now) {
  if (client.sign_in && Expects(client.sign_in->first_factor, state, now)) return &client.sign_in->first_factor;
  if (client.sign_up && Expects(client.sign_up->external_verification, state, now)) return &client.sign_up->external_verification;
  return nullptr;
}

}  // namespace

ProviderLogins::ProviderLogins(StateStore& store, const Clock& clock, WebhookEvents events, const InstanceSettings& settings)
    : store_(store), clock_(clock), events_(std::move(events)), settings_(settings) {}

// oauth_google and oauth_custom_google are one provider: a page of one's own may use either name.
const SocialProvider* ProviderLogins::FindProvider(const std::string& strategy) const {
  const auto& providers = settings_.social_providers;
  const auto found = std::find_if(providers.begin(), providers.end(), [&](const SocialProvider& provider) {
    return provider.strategy == strategy || "oauth_" + provider.id == strategy;
  });
  return found == providers.end() ? nullptr : &*found;
}

ClerkResult<Verification> ProviderLogins::Begin(const ProviderRequest& request) const {
  const auto* provider = FindProvider(request.strategy);
  if (provider == nullptr) return tl::unexpected(StrategyInvalid(request.strategy));
  if (request.redirect_url.empty()) return tl::unexpected(ParamMissing("redirect_url"));
  Verification verification;
  verification.strategy = request.strategy;
  verification.state = RandomBase62(kStateLength);
  verification.provider_url = request.public_url + "/v1/oauth_provider?state=" + verification.state;
  verification.redirect_url = request.redirect_url;
  verification.action_complete_redirect_url = request.action_complete_redirect_url;
  if (verification.action_complete_redirect_url.empty()) verification.action_complete_redirect_url = request.redirect_url;
  verification.expire_at = clock_.Now() + kLifetime;
  return verification;
}

SignInResult ProviderLogins::BeginSignIn(const Browser& browser, const ProviderRequest& request) {
  const auto verification = Begin(request);
  if (!verification) return tl::unexpected(verification.error());
  return store_.Update([&](const State& state, Changes& changes) -> SignInResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    auto opened = OpenClient(state, browser.cookie, step.now);
    if (auto may = MaySignIn(step, opened.client, settings_, {}); !may) return tl::unexpected(may.error());
    auto sign_in = NewSignIn(step.now);
    sign_in.first_factor = *verification;
    opened.client.sign_in = sign_in;
    changes.emplace_back(opened.client);
    return Progress<SignIn>{std::move(sign_in), opened.client.id, opened.new_cookie};
  });
}

SignUpResult ProviderLogins::BeginSignUp(const Browser& browser, const ProviderRequest& request) {
  const auto verification = Begin(request);
  if (!verification) return tl::unexpected(verification.error());
  return store_.Update([&](const State& state, Changes& changes) -> SignUpResult {
    const Step step{state, changes, browser.caller, clock_.Now()};
    auto opened = OpenClient(state, browser.cookie, step.now);
    if (auto may = MaySignIn(step, opened.client, settings_, {}); !may) return tl::unexpected(may.error());
    auto sign_up = NewSignUp(step.now);
    sign_up.external_verification = *verification;
    opened.client.sign_up = sign_up;
    changes.emplace_back(opened.client);
    return Progress<SignUp>{std::move(sign_up), opened.client.id, opened.new_cookie};
  });
}

ClerkResult<Verification> ProviderLogins::BeginConnection(const Browser& browser, const std::string& user_id,
                                                          const ProviderRequest& request) {
  auto verification = Begin(request);
  if (!verification) return verification;
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Verification> {
    auto opened = OpenClient(state, browser.cookie, clock_.Now());
    auto sign_in = NewSignIn(clock_.Now());
    sign_in.user_id = user_id;
    sign_in.first_factor = *verification;
    opened.client.sign_in = std::move(sign_in);
    changes.emplace_back(std::move(opened.client));
    return *verification;
  });
}

ClerkResult<SocialProvider> ProviderLogins::ProviderOf(const Browser& browser, const std::string& state) const {
  return store_.View([&](const State& current) -> ClerkResult<SocialProvider> {
    const auto* client = FindClient(current, browser.cookie);
    const auto* verification = client == nullptr ? nullptr : Expected(*client, state, clock_.Now());
    const auto* provider = verification == nullptr ? nullptr : FindProvider(verification->strategy);
    if (provider == nullptr) return tl::unexpected(NoAttempt());
    return *provider;
  });
}

ClerkResult<std::string> ProviderLogins::FinishSignIn(const Step& step, Client client, const ExternalIdentity& identity) const {
  SignIn sign_in = *client.sign_in;
  auto& verification = sign_in.first_factor;
  const auto* found = FindByIdentity(step.state, identity);
  if (found == nullptr) {
    verification.status = VerificationStatus::kTransferable;
    verification.error_code = "external_account_not_found";
    sign_in.external = identity;
    client.sign_in = std::move(sign_in);
    step.changes.emplace_back(client);
    return client.sign_in->first_factor.redirect_url;
  }
  if (auto may = MaySignIn(*found); !may) return tl::unexpected(may.error());
  if (auto may = MaySignIn(step, client, settings_, found->id); !may) return tl::unexpected(may.error());
  User user = *found;
  if (Link(identity, step.now, user)) ChangeUser(step, events_, user);
  Enter(step, events_, user, client, identity.strategy);
  return verification.action_complete_redirect_url;
}

ClerkResult<std::string> ProviderLogins::FinishSignUp(const Step& step, Client client, const ExternalIdentity& identity) const {
  SignUp sign_up = *client.sign_up;
  auto& verification = sign_up.external_verification;
  if (FindByIdentity(step.state, identity) != nullptr) {
    verification.status = VerificationStatus::kTransferable;
    verification.error_code = "external_account_exists";
    sign_up.external = identity;
    client.sign_up = std::move(sign_up);
    step.changes.emplace_back(client);
    return client.sign_up->external_verification.redirect_url;
  }
  const auto target = verification.action_complete_redirect_url;
  TakeIdentity(identity, sign_up);
  if (auto done = Advance(step, events_, sign_up, client); !done) return tl::unexpected(done.error());
  return target;
}

ClerkResult<std::string> ProviderLogins::FinishConnection(const Step& step, Client client,
                                                          const ExternalIdentity& identity) const {
  const auto sign_in = *client.sign_in;
  client.sign_in.reset();
  // Who has signed out meanwhile gets nothing from whoever uses the browser now.
  const auto live = LiveSessions(step.state, client, step.now);
  const bool signed_in =
      std::any_of(live.begin(), live.end(), [&](const Session* session) { return session->user_id == sign_in.user_id; });
  const auto found = step.state.users.find(sign_in.user_id);
  if (!signed_in || found == step.state.users.end()) return tl::unexpected(NoAttempt());
  const auto* owner = FindByIdentity(step.state, identity);
  if (owner != nullptr && owner->id != sign_in.user_id) return tl::unexpected(IdentifierExists("external account"));
  User user = found->second;
  if (Link(identity, step.now, user)) ChangeUser(step, events_, user);
  step.changes.emplace_back(std::move(client));
  return sign_in.first_factor.redirect_url;
}

ClerkResult<std::string> ProviderLogins::Finish(const Browser& browser, const std::string& state, ExternalIdentity identity) {
  return store_.Update([&](const State& current, Changes& changes) -> ClerkResult<std::string> {
    const Step step{current, changes, browser.caller, clock_.Now()};
    const auto* client = FindClient(current, browser.cookie);
    if (client == nullptr) return tl::unexpected(NoAttempt());
    auto address = CheckEmail(identity.email_address);
    if (!address) return tl::unexpected(address.error());
    const auto* verification = Expected(*client, state, step.now);
    if (verification == nullptr) return tl::unexpected(NoAttempt());
    identity.email_address = identity.provider_user_id = std::move(*address);
    identity.strategy = verification->strategy;
    const bool in_sign_up = client->sign_up && verification == &client->sign_up->external_verification;
    if (in_sign_up) return FinishSignUp(step, *client, identity);
    if (!client->sign_in->user_id.empty()) return FinishConnection(step, *client, identity);
    return FinishSignIn(step, *client, identity);
  });
}

}  // namespace inkwell::emulator
