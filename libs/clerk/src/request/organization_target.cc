#include "request/organization_target.h"

#include <algorithm>
#include <utility>

namespace clerk::request {
namespace {

Result<std::vector<PathPattern>> ParseAll(const std::vector<std::string>& texts) {
  std::vector<PathPattern> patterns;
  for (const auto& text : texts) {
    auto pattern = PathPattern::Parse(text);
    if (!pattern) {
      return Error{ErrorReason::kConfigurationInvalid,
                   "The pattern \"" + text + "\" has more than literal text, :name and (.*) in it."};
    }
    patterns.push_back(*std::move(pattern));
  }
  return patterns;
}

std::string NameOr(const PathPattern::Names& names, std::string_view name) {
  const auto it = names.find(name);
  return it == names.end() ? std::string() : it->second;
}

}  // namespace

bool OrganizationTarget::IsActiveIn(const AuthObject& session) const {
  if (!id.empty()) return session.org_id == id;
  if (!slug.empty()) return session.org_slug == slug;
  return !session.org_id || session.org_id->empty();
}

Result<OrganizationMatcher> OrganizationMatcher::Create(const OrganizationSync& options) {
  auto organization = ParseAll(options.organization_patterns);
  if (!organization) return organization.error();
  auto personal = ParseAll(options.personal_account_patterns);
  if (!personal) return personal.error();
  OrganizationMatcher matcher;
  matcher.organization_ = *std::move(organization);
  matcher.personal_ = *std::move(personal);
  return matcher;
}

std::optional<OrganizationTarget> OrganizationMatcher::Find(std::string_view path) const {
  for (const auto& pattern : organization_) {
    const auto names = pattern.Match(path);
    if (!names) continue;
    // The first pattern that matches decides. An id, where there are both, is the more exact name.
    std::string id = NameOr(*names, "id");
    if (!id.empty()) return OrganizationTarget{std::move(id), {}};
    if (std::string slug = NameOr(*names, "slug"); !slug.empty()) return OrganizationTarget{{}, std::move(slug)};
    break;
  }
  const bool personal = std::any_of(personal_.begin(), personal_.end(), [&](const auto& pattern) { return pattern.Match(path); });
  return personal ? std::optional(OrganizationTarget()) : std::nullopt;
}

}  // namespace clerk::request
