#include "tokens/auth_claims.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tokens/permissions.h"
#include "tokens/scoped_list.h"

namespace clerk::tokens {
namespace {

using encoding::Json;
using encoding::Member;
using encoding::OptionalString;
using encoding::StringMember;

// Only the number 2 selects the second version; the text "2" does not.
bool IsVersion2(const Json& claims) {
  const Json* version = Member(claims, "v");
  return version != nullptr && version->is_number() && *version == 2;
}

std::string TextOrEmpty(const Json& object, std::string_view name) {
  const std::string* text = StringMember(object, name);
  return text == nullptr ? std::string() : *text;
}

std::optional<std::vector<std::string>> StringList(const Json& object, std::string_view name) {
  const Json* list = Member(object, name);
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<std::string> strings;
  for (const Json& item : *list) {
    if (const auto* text = item.get_ptr<const std::string*>()) strings.push_back(*text);
  }
  return strings;
}

void SetOrganizationV1(const Json& claims, AuthObject& auth) {
  auth.org_id = OptionalString(claims, "org_id");
  auth.org_role = OptionalString(claims, "org_role");
  auth.org_slug = OptionalString(claims, "org_slug");
  auth.org_permissions = StringList(claims, "org_permissions");
}

// False if the features cannot be decoded.
bool SetOrganizationV2(const Json& claims, AuthObject& auth) {
  const Json* organization = Member(claims, "o");
  if (!encoding::IsTruthy(organization)) return true;
  const auto features = ParseScopedList(auth.features);
  if (!features) return false;
  auth.org_id = OptionalString(*organization, "id");
  auth.org_slug = OptionalString(*organization, "slg");
  const std::string role = TextOrEmpty(*organization, "rol");
  if (!role.empty()) auth.org_role = "org:" + role;
  auth.org_permissions =
      DecodePermissions(features->organization, TextOrEmpty(*organization, "per"), TextOrEmpty(*organization, "fpm"));
  return true;
}

std::optional<FactorVerificationAge> FactorAges(const Json& claims) {
  const Json* ages = Member(claims, "fva");
  if (ages == nullptr || !ages->is_array() || ages->size() != 2) return std::nullopt;
  const auto first = encoding::ToInteger((*ages)[0]);
  const auto second = encoding::ToInteger((*ages)[1]);
  if (!first || !second) return std::nullopt;
  return FactorVerificationAge{*first, *second};
}

std::optional<Actor> MakeActor(const Json& claims) {
  const Json* actor = Member(claims, "act");
  if (actor == nullptr || actor->is_null()) return std::nullopt;
  return Actor{TextOrEmpty(*actor, "sub"), encoding::CanonicalText(*actor)};
}

}  // namespace

Result<AuthObject> MakeAuthObject(const Json& claims) {
  AuthObject auth;
  auth.user_id = TextOrEmpty(claims, "sub");
  auth.session_id = OptionalString(claims, "sid");
  auth.session_status = OptionalString(claims, "sts");
  auth.factor_verification_age = FactorAges(claims);
  auth.actor = MakeActor(claims);
  auth.features = TextOrEmpty(claims, "fea");
  auth.plans = TextOrEmpty(claims, "pla");
  if (!IsVersion2(claims)) {
    SetOrganizationV1(claims, auth);
  } else if (!SetOrganizationV2(claims, auth)) {
    return Error{ErrorReason::kTokenInvalid, "The features of the token (claim fea) cannot be decoded."};
  }
  return auth;
}

}  // namespace clerk::tokens
