#include "clerk-emulator/frontend_api/client_json.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>

#include "clerk-emulator/accounts/sign_ups.h"
#include "clerk-emulator/model/organization_json.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

json OrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

// The sign-up's view of a verification says what comes next.
json EmailVerificationJson(const SignUp& sign_up) {
  const auto& verification = sign_up.email_verification;
  auto out = VerificationJson(verification);
  // A strategy before the code was sent makes the component believe that one is on its way.
  const bool verified = verification.status == VerificationStatus::kVerified;
  out["next_action"] = verified ? "" : verification.strategy.empty() ? "needs_prepare" : "needs_attempt";
  out["supported_strategies"] = json::array({"email_code"});
  return out;
}

json FirstFactorsJson(const User& user) {
  json factors = json::array();
  if (!user.password_hash.empty()) factors.push_back({{"strategy", "password"}});
  const auto email = PrimaryEmail(user);
  if (email.empty()) return factors;
  const auto add = [&](const char* strategy) {
    factors.push_back({{"strategy", strategy},
                       {"email_address_id", user.primary_email_address_id},
                       {"safe_identifier", email},
                       {"primary", true}});
  };
  add("email_code");
  if (!user.password_hash.empty()) add("reset_password_email_code");
  return factors;
}

// Enough to tell one's devices apart; a program that wants more has a library for it.
struct BrowserName {
  std::string_view mark;  // in the User-Agent
  std::string_view name;
};
constexpr BrowserName kBrowsers[] = {
    {"Firefox/", "Firefox"}, {"Edg/", "Edge"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}};
constexpr BrowserName kDevices[] = {
    {"iPhone", "iPhone"}, {"Android", "Android"}, {"Mac OS X", "Macintosh"}, {"Windows", "Windows"}, {"Linux", "Linux"}};

template <std::size_t N>
const BrowserName* FindName(const BrowserName (&names)[N], std::string_view user_agent) {
  const auto* const found = std::find_if(std::begin(names), std::end(names), [&](const BrowserName& name) {
    return user_agent.find(name.mark) != std::string_view::npos;
  });
  return found == std::end(names) ? nullptr : found;
}

json ActivityJson(const Session& session) {
  const std::string_view user_agent = session.user_agent;
  const auto* const browser = FindName(kBrowsers, user_agent);
  const auto* const device = FindName(kDevices, user_agent);
  std::string version;
  if (browser != nullptr) {
    const auto rest = user_agent.substr(user_agent.find(browser->mark) + browser->mark.size());
    version = rest.substr(0, rest.find_first_of(" .;"));
  }
  return {{"object", "session_activity"},
          {"id", "sess_activity_" + session.id.substr(session.id.find('_') + 1)},
          {"device_type", device == nullptr ? json() : json(device->name)},
          {"is_mobile", device != nullptr && (device->name == "iPhone" || device->name == "Android")},
          {"browser_name", browser == nullptr ? json() : json(browser->name)},
          {"browser_version", OrNull(version)},
          {"ip_address", OrNull(session.client_address)},
          {"city", nullptr},
          {"country", nullptr}};
}

json SessionBaseJson(const Session& session, const User& user, UnixMillis now) {
  const bool expired = session.status == SessionStatus::kActive && !session.IsLive(now);
  const auto factor_age = std::chrono::duration_cast<std::chrono::minutes>(now - session.created_at).count();
  return {{"object", "session"},
          {"id", session.id},
          {"status", expired ? "expired" : ToString(session.status)},
          {"expire_at", session.expire_at.value},
          {"abandon_at", session.abandon_at.value},
          {"last_active_at", session.last_active_at.value},
          {"last_active_organization_id", OrNull(session.active_organization_id)},
          {"actor", nullptr},
          {"tasks", nullptr},
          {"factor_verification_age", {factor_age, -1}},
          {"last_active_token", nullptr},
          {"user", nullptr},
          {"public_user_data", PublicUserJson(user)},
          {"created_at", session.created_at.value},
          {"updated_at", session.updated_at.value}};
}

}  // namespace

json FrontendUserJson(const User& user, const std::vector<Organization>& organizations) {
  auto out = UserJson(user);
  out.erase("private_metadata");  // the backend's alone
  out["organization_memberships"] = json::array();
  for (const auto& organization : organizations) {
    for (const auto& membership : organization.memberships) {
      if (membership.user_id == user.id)
        out["organization_memberships"].push_back(FrontendMembershipJson(organization, membership, user));
    }
  }
  return out;
}

json FrontendSessionJson(const SessionView& view, UnixMillis now) {
  auto out = SessionBaseJson(view.session, view.user, now);
  out["user"] = FrontendUserJson(view.user, view.organizations);
  if (!view.token.empty()) out["last_active_token"] = TokenJson(view.token);
  return out;
}

json SessionActivityJson(const Session& session, const User& user, UnixMillis now) {
  auto out = SessionBaseJson(session, user, now);
  out["latest_activity"] = ActivityJson(session);
  return out;
}

json SignUpJson(const SignUp& sign_up) {
  const bool external = !sign_up.external_verification.strategy.empty();
  return {{"object", "sign_up"},
          {"id", sign_up.id},
          {"status", sign_up.created_user_id.empty() ? "missing_requirements" : "complete"},
          {"required_fields", {"email_address", "password"}},
          {"optional_fields", {"first_name", "last_name"}},
          {"missing_fields", MissingFields(sign_up)},
          {"unverified_fields", UnverifiedFields(sign_up)},
          {"verifications",
           {{"email_address", sign_up.email_address.empty() ? json() : EmailVerificationJson(sign_up)},
            {"phone_number", nullptr},
            {"web3_wallet", nullptr},
            {"external_account", external ? VerificationJson(sign_up.external_verification) : json()}}},
          {"username", nullptr},
          {"first_name", OrNull(sign_up.first_name)},
          {"last_name", OrNull(sign_up.last_name)},
          {"email_address", OrNull(sign_up.email_address)},
          {"phone_number", nullptr},
          {"web3_wallet", nullptr},
          {"external_account_strategy", OrNull(sign_up.external.strategy)},
          {"external_account", nullptr},
          {"has_password", !sign_up.password_hash.empty()},
          {"unsafe_metadata", json::parse(sign_up.unsafe_metadata)},
          {"created_session_id", OrNull(sign_up.created_session_id)},
          {"created_user_id", OrNull(sign_up.created_user_id)},
          {"abandon_at", sign_up.abandon_at.value},
          {"legal_accepted_at", nullptr},
          {"locale", nullptr},
          {"custom_action", false},
          {"external_id", nullptr}};
}

json SignInJson(const SignIn& sign_in, const User* user) {
  json out = {{"object", "sign_in"},
              {"id", sign_in.id},
              {"status", ToString(sign_in.status)},
              {"supported_identifiers", json::array({"email_address"})},
              {"identifier", OrNull(sign_in.identifier)},
              {"user_data", nullptr},
              {"supported_first_factors", nullptr},
              {"supported_second_factors", nullptr},
              {"first_factor_verification", nullptr},
              {"second_factor_verification", nullptr},
              {"created_session_id", OrNull(sign_in.created_session_id)},
              {"client_trust_state", nullptr},
              {"abandon_at", sign_in.abandon_at.value}};
  if (!sign_in.first_factor.strategy.empty()) out["first_factor_verification"] = VerificationJson(sign_in.first_factor);
  if (user == nullptr) return out;
  out["supported_first_factors"] = FirstFactorsJson(*user);
  out["user_data"] = {{"first_name", OrNull(user->first_name)},
                      {"last_name", OrNull(user->last_name)},
                      {"image_url", ImageUrl(*user)},
                      {"has_image", !user->image_url.empty()}};
  return out;
}

json ClientJson(const ClientView& view, UnixMillis now) {
  const auto& client = view.client;
  json sessions = json::array();
  for (const auto& session : view.sessions) sessions.push_back(FrontendSessionJson(session, now));
  const bool active = std::any_of(view.sessions.begin(), view.sessions.end(), [&](const SessionView& session) {
    return session.session.id == client.last_active_session_id;
  });
  // Without the active session another one takes its place, as at Clerk.
  std::string last_active = active || view.sessions.empty() ? client.last_active_session_id : view.sessions.back().session.id;
  if (view.sessions.empty()) last_active.clear();
  return {{"object", "client"},
          {"id", client.id},
          {"sessions", std::move(sessions)},
          {"sign_in", client.sign_in ? SignInJson(*client.sign_in, view.sign_in_user ? &*view.sign_in_user : nullptr) : json()},
          {"sign_up", client.sign_up ? SignUpJson(*client.sign_up) : json()},
          {"last_active_session_id", OrNull(last_active)},
          {"last_authentication_strategy", OrNull(client.last_authentication_strategy)},
          {"cookie_expires_at", nullptr},  // a time makes clerk-js renew the cookie by a redirect
          {"captcha_bypass", false},
          {"created_at", client.created_at.value},
          {"updated_at", client.updated_at.value}};
}

json EmailAddressJson(const Identification& email) {
  User user;
  user.email_addresses = {email};
  return UserJson(user).at("email_addresses").at(0);
}

json FrontendOrganizationJson(const Organization& organization) {
  auto out = OrganizationJson(organization);
  for (const char* backends_own : {"private_metadata", "created_by", "role_set_key"}) out.erase(backends_own);
  out["members_count"] = organization.memberships.size();
  out["pending_invitations_count"] = 0;
  out["max_allowed_memberships"] = 1;  // the dialogs offer invitations, which they cannot send here, to larger ones only
  return out;
}

json FrontendMembershipJson(const Organization& organization, const Membership& membership, const User& user) {
  auto out = MembershipJson(organization, membership, user);
  out.erase("private_metadata");
  out["organization"] = FrontendOrganizationJson(organization);
  out["public_user_data"] = PublicUserJson(user);
  return out;
}

}  // namespace inkwell::emulator
