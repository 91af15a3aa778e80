#include "tokens/auth_claims.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tokens/permissions.h"
#include "tokens/scoped_list.h"

namespace clerk::tokens {
namespace {

using encoding::JsonValue;

// Only the number 2 selects the second version; the text "2" does not.
bool IsVersion2(const JsonValue& claims) { return claims.Member("v").number() == 2.0; }

std::optional<std::string> Text(const JsonValue& value) {
  const auto text = value.string();
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::string TextOrEmpty(const JsonValue& value) { return std::string(value.string().value_or("")); }

std::optional<std::vector<std::string>> StringList(const JsonValue& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<std::string> strings;
  for (const JsonValue& item : list.Elements()) {
    if (const auto text = item.string()) strings.emplace_back(*text);
  }
  return strings;
}

void SetOrganizationV1(const JsonValue& claims, AuthObject& auth) {
  auth.org_id = Text(claims.Member("org_id"));
  auth.org_role = Text(claims.Member("org_role"));
  auth.org_slug = Text(claims.Member("org_slug"));
  auth.org_permissions = StringList(claims.Member("org_permissions"));
}

// False if the features cannot be decoded.
bool SetOrganizationV2(const JsonValue& organization, AuthObject& auth) {
  if (!organization.truthy()) return true;
  const auto features = ParseScopedList(auth.features);
  if (!features) return false;
  auth.org_id = Text(organization.Member("id"));
  auth.org_slug = Text(organization.Member("slg"));
  const auto role = organization.Member("rol").string().value_or("");
  if (!role.empty()) auth.org_role.emplace("org:").append(role);
  auth.org_permissions = DecodePermissions(features->organization, organization.Member("per").string().value_or(""),
                                           organization.Member("fpm").string().value_or(""));
  return true;
}

std::optional<std::int64_t> WholeNumber(const JsonValue& value) {
  const auto integer = value.integer();
  return integer && value.number() == static_cast<double>(*integer) ? integer : std::nullopt;
}

// Both ages or none: -0.5 cut to 0 would be a factor verified just now.
std::optional<FactorVerificationAge> FactorAges(const JsonValue& claim) {
  const auto ages = claim.Elements();
  if (ages.size() != 2) return std::nullopt;
  const auto first = WholeNumber(ages[0]);
  const auto second = WholeNumber(ages[1]);
  if (!first || !second) return std::nullopt;
  return FactorVerificationAge{*first, *second};
}

std::optional<Actor> MakeActor(const JsonValue& actor) {
  if (!actor || actor.is_null()) return std::nullopt;
  return Actor{TextOrEmpty(actor.Member("sub")), std::string(actor.json())};
}

}  // namespace

Result<AuthObject> MakeAuthObject(const encoding::JsonText& text) {
  const JsonValue claims = text.root();
  AuthObject auth;
  auth.user_id = TextOrEmpty(claims.Member("sub"));
  auth.session_id = Text(claims.Member("sid"));
  auth.session_status = Text(claims.Member("sts"));
  auth.factor_verification_age = FactorAges(claims.Member("fva"));
  auth.actor = MakeActor(claims.Member("act"));
  auth.features = TextOrEmpty(claims.Member("fea"));
  auth.plans = TextOrEmpty(claims.Member("pla"));
  if (!IsVersion2(claims)) {
    SetOrganizationV1(claims, auth);
  } else if (!SetOrganizationV2(claims.Member("o"), auth)) {
    return Error{ErrorReason::kTokenInvalid, "The features of the token (claim fea) cannot be decoded."};
  }
  return auth;
}

}  // namespace clerk::tokens
