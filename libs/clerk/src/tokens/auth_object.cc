#include "clerk/auth_object.h"

#include <algorithm>

#include "tokens/scoped_list.h"

namespace clerk {
namespace {

constexpr std::string_view kOrgPrefix = "org:";

std::string_view WithoutOrgPrefix(std::string_view name) {
  while (name.starts_with(kOrgPrefix)) name.remove_prefix(kOrgPrefix.size());
  return name;
}

bool SameName(std::string_view a, std::string_view b) { return WithoutOrgPrefix(a) == WithoutOrgPrefix(b); }

bool Contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool HasRole(const AuthObject& auth, std::string_view role) { return auth.org_role && SameName(*auth.org_role, role); }

bool HasPermission(const AuthObject& auth, std::string_view permission) {
  return auth.org_permissions && std::any_of(auth.org_permissions->begin(), auth.org_permissions->end(),
                                             [&](const std::string& granted) { return SameName(granted, permission); });
}

// "name" is looked for in both scopes, "scope:name" in that one.
bool HasScoped(std::string_view claim, std::string_view asked) {
  const auto list = tokens::ParseScopedList(claim);
  if (!list) return false;
  const auto colon = asked.find(':');
  if (colon == std::string_view::npos) return Contains(list->organization, asked) || Contains(list->user, asked);
  const auto scope = asked.substr(0, colon);
  const auto name = asked.substr(colon + 1);
  if (scope == "o" || scope == "org" || scope == "organization") return Contains(list->organization, name);
  if (scope == "u" || scope == "user") return Contains(list->user, name);
  return false;
}

bool IsReverified(const AuthObject& auth, const Reverification& wanted) {
  if (wanted.after_minutes <= 0 || !auth.factor_verification_age) return false;
  const auto [first, second] = *auth.factor_verification_age;
  if (first < -1 || second < -1 || (first == -1 && second == -1)) return false;
  const auto fresh = [&](std::int64_t age) { return age != -1 && age < wanted.after_minutes; };
  switch (wanted.level) {
    case ReverificationLevel::kFirstFactor:
      return fresh(first);
    case ReverificationLevel::kSecondFactor:
      return second == -1 ? fresh(first) : fresh(second);
    case ReverificationLevel::kMultiFactor:
      return fresh(first) && (second == -1 || fresh(second));
  }
  return false;
}

}  // namespace

std::optional<Reverification> ReverificationPreset(std::string_view name) {
  if (name == "strict_mfa") return Reverification{ReverificationLevel::kMultiFactor, 10};
  if (name == "strict") return Reverification{ReverificationLevel::kSecondFactor, 10};
  if (name == "moderate") return Reverification{ReverificationLevel::kSecondFactor, 60};
  if (name == "lax") return Reverification{ReverificationLevel::kSecondFactor, 1440};
  return std::nullopt;
}

bool AuthObject::Has(const AuthorizationQuery& query) const {
  if (user_id.empty()) return false;
  const bool asks_organization = query.role || query.permission;
  const bool asks_billing = query.feature || query.plan;
  if (!asks_organization && !asks_billing && !query.reverification) return false;

  // An empty name may come from a setting that is missing: it must not make a question easier.
  for (const auto& name : {query.role, query.permission, query.feature, query.plan}) {
    if (name && name->empty()) return false;
  }
  if (asks_organization && (!org_id || org_id->empty())) return false;
  if (query.role && !HasRole(*this, *query.role)) return false;
  if (query.permission && !HasPermission(*this, *query.permission)) return false;
  if (query.feature && !HasScoped(features, *query.feature)) return false;
  if (query.plan && !HasScoped(plans, *query.plan)) return false;
  return !query.reverification || IsReverified(*this, *query.reverification);
}

}  // namespace clerk
