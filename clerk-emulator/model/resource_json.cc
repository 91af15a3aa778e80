#include "clerk-emulator/model/resource_json.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "clerk-emulator/base/encoding.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

json OrNull(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }
json OrNull(UnixMillis moment) { return moment.value == 0 ? json(nullptr) : json(moment.value); }

bool IsAsciiAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Clerk always has an image: without an upload a generated one. A data: URI, so that no page needs another host.
std::string Avatar(const User& user) {
  unsigned hue = 0;
  for (const char c : user.id) hue = (hue * 31 + static_cast<unsigned char>(c)) % 360;
  std::string initial;
  if (!user.first_name.empty() && IsAsciiAlphanumeric(user.first_name.front())) initial = user.first_name.substr(0, 1);
  const std::string svg =
      R"~(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="hsl()~" +
      std::to_string(hue) + R"~(,45%,45%)"/><text x="32" y="43" font-family="sans-serif" font-size="32")~" +
      R"~( fill="#fff" text-anchor="middle">)~" + initial + "</text></svg>";
  return "data:image/svg+xml;base64," + Base64(svg);
}

json VerificationJson(const Identification& identification) {
  if (!identification.verified) return VerificationJson(identification.verification);
  const bool by_admin = identification.strategy == "admin";
  json verification = {{"object", by_admin ? "verification_admin" : "verification_otp"},
                       {"status", "verified"},
                       {"strategy", identification.strategy},
                       {"attempts", nullptr},
                       {"expire_at", nullptr},
                       {"verified_at_client", nullptr}};
  if (!by_admin) {
    verification["attempts"] = 1;
    verification["expire_at"] = (identification.created_at + std::chrono::minutes(10)).value;
  }
  return verification;
}

json ExternalAccountJson(const ExternalAccount& account) {
  const auto& identity = account.identity;
  Verification verification;
  verification.strategy = identity.strategy;
  verification.status = VerificationStatus::kVerified;
  const auto provider = identity.strategy.starts_with("oauth_") ? identity.strategy.substr(6) : identity.strategy;
  return {{"object", "external_account"},
          {"id", account.id},
          {"identification_id", account.identification_id},
          {"provider", provider},
          {"provider_user_id", identity.provider_user_id},
          {"approved_scopes", "email profile"},
          {"email_address", identity.email_address},
          {"first_name", identity.first_name},
          {"last_name", identity.last_name},
          {"username", nullptr},
          {"image_url", ""},
          {"avatar_url", ""},
          {"public_metadata", json::object()},
          {"label", nullptr},
          {"verification", VerificationJson(verification)},
          {"created_at", account.created_at.value},
          {"updated_at", account.updated_at.value}};
}

json IdentificationJson(const Identification& identification, const char* object) {
  return {{"id", identification.id},
          {"object", object},
          {object, identification.value},
          {"reserved", false},
          {"verification", VerificationJson(identification)},
          {"linked_to", json::array()},
          {"created_at", identification.created_at.value},
          {"updated_at", identification.updated_at.value}};
}

void AddIdentifications(const User& user, json& out) {
  out["email_addresses"] = json::array();
  for (const auto& email : user.email_addresses) {
    out["email_addresses"].push_back(EmailJson(email));
  }
  out["phone_numbers"] = json::array();
  for (const auto& phone : user.phone_numbers) {
    auto item = IdentificationJson(phone, "phone_number");
    item["reserved_for_second_factor"] = false;
    item["default_second_factor"] = false;
    item["backup_codes"] = nullptr;
    out["phone_numbers"].push_back(std::move(item));
  }
  out["external_accounts"] = json::array();
  for (const auto& account : user.external_accounts) out["external_accounts"].push_back(ExternalAccountJson(account));
  for (const char* none : {"web3_wallets", "passkeys", "saml_accounts", "enterprise_accounts"}) {
    out[none] = json::array();
  }
}

}  // namespace

std::string ImageUrl(const User& user) { return user.image_url.empty() ? Avatar(user) : user.image_url; }

json EmailJson(const Identification& email) {
  auto out = IdentificationJson(email, "email_address");
  out["matches_sso_connection"] = false;
  return out;
}

json UserJson(const User& user) {
  const auto image = ImageUrl(user);
  json out = {{"id", user.id},
              {"object", "user"},
              {"external_id", OrNull(user.external_id)},
              {"username", OrNull(user.username)},
              {"first_name", OrNull(user.first_name)},
              {"last_name", OrNull(user.last_name)},
              {"locale", OrNull(user.locale)},
              {"image_url", image},
              {"profile_image_url", image},
              {"has_image", !user.image_url.empty()},
              {"primary_email_address_id", OrNull(user.primary_email_address_id)},
              {"primary_phone_number_id", OrNull(user.primary_phone_number_id)},
              {"primary_web3_wallet_id", nullptr},
              {"public_metadata", json::parse(user.public_metadata)},
              {"private_metadata", json::parse(user.private_metadata)},
              {"unsafe_metadata", json::parse(user.unsafe_metadata)},
              {"password_enabled", !user.password_hash.empty()},
              {"two_factor_enabled", false},
              {"totp_enabled", false},
              {"backup_code_enabled", false},
              {"password_last_updated_at", OrNull(user.password_updated_at)},
              {"mfa_enabled_at", nullptr},
              {"mfa_disabled_at", nullptr},
              {"banned", user.banned},
              {"locked", user.locked},
              {"deprovisioned", false},
              {"lockout_expires_in_seconds", nullptr},
              {"verification_attempts_remaining", 100},
              {"delete_self_enabled", true},
              {"create_organization_enabled", true},
              {"create_organizations_limit", nullptr},
              {"bypass_client_trust", false},
              {"legal_accepted_at", nullptr},
              {"last_sign_in_at", OrNull(user.last_sign_in_at)},
              {"last_active_at", OrNull(user.last_active_at)},
              {"created_at", user.created_at.value},
              {"updated_at", user.updated_at.value}};
  AddIdentifications(user, out);
  return out;
}

json SessionJson(const Session& session) {
  return {{"object", "session"},
          {"id", session.id},
          {"client_id", session.client_id},
          {"user_id", session.user_id},
          {"actor", nullptr},
          {"status", ToString(session.status)},
          {"last_active_organization_id", nullptr},
          {"tasks", nullptr},
          {"last_active_at", session.last_active_at.value},
          {"expire_at", session.expire_at.value},
          {"abandon_at", session.abandon_at.value},
          {"created_at", session.created_at.value},
          {"updated_at", session.updated_at.value}};
}

json VerificationJson(const Verification& verification) {
  const bool by_code = verification.strategy.ends_with("_code");
  json error;
  if (!verification.error_code.empty()) {
    error = {{"code", verification.error_code}, {"message", "The External Account was not found."}, {"long_message", ""}};
    if (verification.error_code == "external_account_exists") error["message"] = "The External Account already exists.";
    error["long_message"] = error["message"];
  }
  return {{"object", by_code ? "verification_otp" : "verification"},
          {"status", ToString(verification.status)},
          {"strategy", OrNull(verification.strategy)},
          {"attempts", verification.strategy.empty() ? json() : json(verification.attempts)},
          {"expire_at", OrNull(verification.expire_at)},
          {"verified_at_client", nullptr},
          {"error", error},
          {"nonce", nullptr},
          {"message", nullptr},
          {"external_verification_redirect_url", OrNull(verification.provider_url)}};
}

json DeletedJson(std::string_view object, std::string_view id) { return {{"object", object}, {"id", id}, {"deleted", true}}; }

json TokenJson(std::string_view jwt) { return {{"object", "token"}, {"jwt", jwt}}; }

}  // namespace inkwell::emulator
