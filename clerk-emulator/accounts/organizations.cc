#include "clerk-emulator/accounts/organizations.h"

#include <algorithm>
#include <utility>

#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

constexpr std::size_t kMaxTextBytes = 256;
constexpr const char* kAdmin = "org:admin";

ClerkError NoOrganization(const std::string& id) {
  return ResourceNotFound("No organization of this user's was found with id " + id + ".");
}

bool IsSlug(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTextBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// "Ink & Well" becomes ink-well-1760000000: the time makes it unique, as at Clerk.
std::string SlugOf(const std::string& name, UnixMillis now) {
  std::string slug;
  for (const char c : LowerCase(name)) {
    const bool keeps = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (keeps) slug += c;
    if (!keeps && !slug.empty() && slug.back() != '-') slug += '-';
  }
  if (!slug.empty() && slug.back() != '-') slug += '-';
  return slug + std::to_string(now.seconds());
}

ClerkResult<void> SetTexts(const State& state, const std::optional<std::string>& name, const std::optional<std::string>& slug,
                           Organization& organization) {
  if (name) {
    if (name->empty()) return tl::unexpected(ParamMissing("name"));
    if (name->size() > kMaxTextBytes) return tl::unexpected(ParamValueInvalid("name", "at most 256 bytes"));
    organization.name = *name;
  }
  if (!slug) return {};
  if (!IsSlug(*slug)) return tl::unexpected(ParamFormatInvalid("slug", "lower-case letters, digits and -"));
  const bool taken = std::any_of(state.organizations.begin(), state.organizations.end(),
                                 [&](const auto& entry) { return entry.first != organization.id && entry.second.slug == *slug; });
  if (taken) return tl::unexpected(IdentifierExists("slug"));
  organization.slug = *slug;
  return {};
}

ClerkResult<Organization> OwnOrganization(const State& state, const std::string& user_id, const std::string& id) {
  const auto found = state.organizations.find(id);
  if (found == state.organizations.end() || FindMembership(found->second, user_id) == nullptr) {
    return tl::unexpected(NoOrganization(id));
  }
  return found->second;
}

ClerkResult<Organization> AdministeredOrganization(const State& state, const std::string& user_id, const std::string& id) {
  auto organization = OwnOrganization(state, user_id, id);
  if (organization && FindMembership(*organization, user_id)->role != kAdmin) return tl::unexpected(InsufficientPrivileges());
  return organization;
}

}  // namespace

const Membership* FindMembership(const Organization& organization, std::string_view user_id) {
  const auto& members = organization.memberships;
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Membership& member) { return member.user_id == user_id; });
  return found == members.end() ? nullptr : &*found;
}

Organizations::Organizations(StateStore& store, const Clock& clock) : store_(store), clock_(clock) {}

ClerkResult<Organization> Organizations::Create(const std::string& user_id, const std::string& name, const std::string& slug) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Organization> {
    const auto now = clock_.Now();
    Organization organization;
    organization.id = NewId("org");
    organization.created_by = user_id;
    organization.created_at = organization.updated_at = now;
    organization.memberships.push_back({NewId("orgmem"), user_id, kAdmin, now, now});
    const auto wanted = slug.empty() ? SlugOf(name, now) : slug;
    if (auto set = SetTexts(state, name, wanted, organization); !set) return tl::unexpected(set.error());
    changes.emplace_back(organization);
    return organization;
  });
}

ClerkResult<Organization> Organizations::Find(const std::string& user_id, const std::string& id) const {
  return store_.View([&](const State& state) { return OwnOrganization(state, user_id, id); });
}

ClerkResult<Organization> Organizations::Update(const std::string& user_id, const std::string& id,
                                                const std::optional<std::string>& name, const std::optional<std::string>& slug) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Organization> {
    auto organization = AdministeredOrganization(state, user_id, id);
    if (!organization) return organization;
    if (auto set = SetTexts(state, name, slug, *organization); !set) return tl::unexpected(set.error());
    organization->updated_at = clock_.Now();
    changes.emplace_back(*organization);
    return organization;
  });
}

ClerkResult<void> Organizations::Delete(const std::string& user_id, const std::string& id) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    if (auto own = AdministeredOrganization(state, user_id, id); !own) return tl::unexpected(own.error());
    changes.emplace_back(OrganizationErased{id});
    return {};
  });
}

ClerkResult<Membership> Organizations::RemoveMember(const std::string& user_id, const std::string& id,
                                                    const std::string& member_id) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Membership> {
    auto organization = user_id == member_id ? OwnOrganization(state, user_id, id) : AdministeredOrganization(state, user_id, id);
    if (!organization) return tl::unexpected(organization.error());
    const auto* found = FindMembership(*organization, member_id);
    if (found == nullptr) return tl::unexpected(ResourceNotFound("No such member was found."));
    Membership removed = *found;
    std::erase_if(organization->memberships, [&](const Membership& member) { return member.user_id == member_id; });
    const auto& rest = organization->memberships;
    const bool administered =
        std::any_of(rest.begin(), rest.end(), [](const Membership& member) { return member.role == kAdmin; });
    if (!administered) return tl::unexpected(LastAdministrator());
    organization->updated_at = clock_.Now();
    changes.emplace_back(std::move(*organization));
    return removed;
  });
}

}  // namespace inkwell::emulator
