#include "clerk-emulator/frontend_api/environment_json.h"

#include <nlohmann/json.hpp>
#include <string>

#include "clerk-emulator/accounts/passwords.h"
#include "clerk-emulator/base/encoding.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

json Attribute(bool enabled, bool required) {
  return {{"enabled", enabled},
          {"required", required},
          {"used_for_first_factor", false},
          {"first_factors", json::array()},
          {"used_for_second_factor", false},
          {"second_factors", json::array()},
          {"verifications", json::array()},
          {"verify_at_sign_up", false}};
}

json AttributesJson() {
  json attributes;
  for (const char* off : {"phone_number", "username", "web3_wallet", "authenticator_app", "backup_code", "passkey", "ticket"}) {
    attributes[off] = Attribute(false, false);
  }
  for (const char* optional : {"first_name", "last_name"}) attributes[optional] = Attribute(true, false);
  attributes["password"] = Attribute(true, true);
  auto email = Attribute(true, true);
  email["used_for_first_factor"] = true;
  email["first_factors"] = email["verifications"] = json::array({"email_code"});
  email["verify_at_sign_up"] = true;
  attributes["email_address"] = std::move(email);
  return attributes;
}

// Its capital letters in a ring: the marks of the real providers belong to them, and live on a host of Clerk's.
std::string Logo(const SocialProvider& provider) {
  std::string letters;
  for (const char c : provider.name) {
    if (c >= 'A' && c <= 'Z' && letters.size() < 2) letters += c;
  }
  const std::string svg =
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="9" fill="none" )"
      R"(stroke="#777" stroke-width="1.5"/><text x="10" y="13.5" font-family="sans-serif" font-size="9.5" fill="#777" )"
      R"(text-anchor="middle">)" +
      letters + "</text></svg>";
  return "data:image/svg+xml;base64," + Base64(svg);
}

json SocialJson(const InstanceSettings& settings) {
  json social = json::object();
  for (const auto& provider : settings.social_providers) {
    social[provider.strategy] = {{"enabled", true},
                                 {"required", false},
                                 {"authenticatable", true},
                                 {"block_email_subaddresses", false},
                                 {"strategy", provider.strategy},
                                 {"name", provider.name},
                                 {"logo_url", Logo(provider)},
                                 {"not_selectable", false},
                                 {"deprecated", false}};
  }
  return social;
}

json PasswordSettingsJson() {
  return {{"allowed_special_characters", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"},
          {"disable_hibp", true},
          {"min_length", kMinPasswordLength},
          {"max_length", kMaxPasswordLength},
          {"require_special_char", false},
          {"require_numbers", false},
          {"require_uppercase", false},
          {"require_lowercase", false},
          {"show_zxcvbn", false},
          {"min_zxcvbn_strength", 0}};
}

json UserSettingsJson(const InstanceSettings& settings) {
  return {{"attributes", AttributesJson()},
          {"actions", {{"delete_self", true}, {"create_organization", settings.organizations}}},
          {"social", SocialJson(settings)},
          {"enterprise_sso", {{"enabled", false}, {"self_serve_sso", false}}},
          {"saml", {{"enabled", false}}},
          {"sign_in", {{"second_factor", {{"required", false}, {"enabled", false}}}}},
          {"sign_up",
           {{"allowlist_only", false},
            {"progressive", true},
            {"captcha_enabled", false},
            {"mode", "public"},
            {"legal_consent_enabled", false},
            {"mfa", {{"required", false}}}}},
          {"password_settings", PasswordSettingsJson()},
          {"passkey_settings", {{"allow_autofill", false}, {"show_sign_in_button", false}}},
          {"username_settings", {{"min_length", 4}, {"max_length", 64}}},
          {"attack_protection", {{"enumeration_protection", {{"enabled", false}}}}}};
}

json DisplayJson(const InstanceSettings& settings) {
  json display = {{"object", "display_config"},
                  {"id", "dspcfg_emulator"},
                  {"instance_environment_type", "development"},
                  {"application_name", settings.application_name},
                  {"theme", json::object()},
                  {"preferred_sign_in_strategy", "password"},
                  {"branded", false},
                  {"show_devmode_warning", true},
                  {"captcha_public_key", nullptr},
                  {"captcha_public_key_invisible", nullptr},
                  {"captcha_widget_type", "invisible"},
                  {"captcha_provider", "turnstile"},
                  {"captcha_oauth_bypass", json::array()},
                  {"captcha_heartbeat", false},
                  {"clerk_js_version", "6"},
                  {"google_one_tap_client_id", nullptr}};
  // Where the page's own settings decide.
  for (const char* unset : {"logo_image_url",
                            "favicon_image_url",
                            "home_url",
                            "sign_in_url",
                            "sign_up_url",
                            "user_profile_url",
                            "waitlist_url",
                            "after_sign_in_url",
                            "after_sign_up_url",
                            "after_sign_out_one_url",
                            "after_sign_out_all_url",
                            "after_switch_session_url",
                            "organization_profile_url",
                            "create_organization_url",
                            "after_leave_organization_url",
                            "after_create_organization_url",
                            "after_join_waitlist_url",
                            "support_email",
                            "terms_url",
                            "privacy_policy_url"}) {
    display[unset] = "";
  }
  return display;
}

json OrganizationSettingsJson(const InstanceSettings& settings) {
  return {{"enabled", settings.organizations},
          {"max_allowed_memberships", 100},
          {"force_organization_selection", false},
          {"actions", {{"admin_delete", true}}},
          {"domains", {{"enabled", false}, {"enrollment_modes", json::array()}, {"default_role", nullptr}}},
          {"slug", {{"disabled", false}}},
          {"organization_creation_defaults", {{"enabled", false}}}};
}

}  // namespace

json EnvironmentJson(const InstanceSettings& settings) {
  const json no_billing = {{"enabled", false}, {"has_paid_plans", false}};
  return {{"object", "environment"},
          {"id", "env_emulator"},
          {"maintenance_mode", false},
          {"client_debug_mode", false},
          {"partitioned_cookies", false},
          {"auth_config",
           {{"object", "auth_config"},
            {"id", "aac_emulator"},
            {"single_session_mode", settings.single_session_mode},
            {"claimed_at", nullptr},
            {"reverification", false},
            {"preferred_channels", nullptr},
            {"session_minter", false}}},
          {"display_config", DisplayJson(settings)},
          {"user_settings", UserSettingsJson(settings)},
          {"organization_settings", OrganizationSettingsJson(settings)},
          {"commerce_settings",
           {{"billing", {{"stripe_publishable_key", nullptr}, {"organization", no_billing}, {"user", no_billing}}}}},
          {"api_keys_settings", {{"user_api_keys_enabled", false}, {"orgs_api_keys_enabled", false}}},
          {"protect_config", {{"object", "protect_config"}, {"id", "prtcfg_emulator"}}}};
}

}  // namespace inkwell::emulator
