#include "clerk-emulator/accounts/organizations.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"
#include "clerk-emulator/model/organization_json.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

constexpr std::size_t kMaxTextBytes = 256;
constexpr std::string_view kAdmin = "org:admin";
constexpr std::string_view kMember = "org:member";

ClerkError NoOrganization(const std::string& id) {
  return ResourceNotFound("No organization was found with id " + id + ", or the user is no member of it.");
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

ClerkResult<void> SetFields(const State& state, const OrganizationFields& fields, Organization& organization) {
  if (fields.name) {
    if (fields.name->empty()) return tl::unexpected(ParamMissing("name"));
    if (fields.name->size() > kMaxTextBytes) return tl::unexpected(ParamValueInvalid("name", "at most 256 bytes"));
    organization.name = *fields.name;
  }
  if (fields.slug) {
    if (!IsSlug(*fields.slug)) return tl::unexpected(ParamFormatInvalid("slug", "lower-case letters, digits and -"));
    const auto has_it = [&](const auto& entry) { return entry.first != organization.id && entry.second.slug == *fields.slug; };
    if (std::any_of(state.organizations.begin(), state.organizations.end(), has_it)) {
      return tl::unexpected(IdentifierExists("slug"));
    }
    organization.slug = *fields.slug;
  }
  organization.max_allowed_memberships = fields.max_allowed_memberships.value_or(organization.max_allowed_memberships);
  organization.admin_delete_enabled = fields.admin_delete_enabled.value_or(organization.admin_delete_enabled);
  if (fields.public_metadata) organization.public_metadata = *fields.public_metadata;
  if (fields.private_metadata) organization.private_metadata = *fields.private_metadata;
  return {};
}

ClerkResult<Organization> Visible(const State& state, const std::string& id, const Actor& actor) {
  const auto found = std::find_if(state.organizations.begin(), state.organizations.end(), [&](const auto& entry) {
    return entry.first == id || (actor.user_id.empty() && entry.second.slug == id);
  });
  if (found == state.organizations.end()) return tl::unexpected(NoOrganization(id));
  if (!actor.user_id.empty() && FindMembership(found->second, actor.user_id) == nullptr)
    return tl::unexpected(NoOrganization(id));
  return found->second;
}

ClerkResult<Organization> Administered(const State& state, const std::string& id, const Actor& actor) {
  auto organization = Visible(state, id, actor);
  if (!organization || actor.user_id.empty()) return organization;
  if (FindMembership(*organization, actor.user_id)->role != kAdmin) return tl::unexpected(InsufficientPrivileges());
  return organization;
}

bool IsRole(std::string_view role) { return role == kAdmin || role == kMember; }
ClerkError NoRole() { return ParamValueInvalid("role", "org:admin or org:member"); }

bool IsAdministered(const Organization& organization) {
  const auto& members = organization.memberships;
  return std::any_of(members.begin(), members.end(), [](const Membership& member) { return member.role == kAdmin; });
}

std::vector<Membership>::iterator MemberOf(Organization& organization, const std::string& user_id) {
  auto& members = organization.memberships;
  return std::find_if(members.begin(), members.end(), [&](const Membership& member) { return member.user_id == user_id; });
}

void Announce(const Step& step, const WebhookEvents& events, std::string_view type, const Organization& organization) {
  events.Add(step, type, organization.id, OrganizationJson(organization));
}

void Announce(const Step& step, const WebhookEvents& events, std::string_view type, const Organization& organization,
              const Membership& membership) {
  const auto user = step.state.users.find(membership.user_id);
  if (user != step.state.users.end()) {
    events.Add(step, type, membership.id, MembershipJson(organization, membership, user->second));
  }
}

}  // namespace

const Membership* FindMembership(const Organization& organization, std::string_view user_id) {
  const auto& members = organization.memberships;
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Membership& member) { return member.user_id == user_id; });
  return found == members.end() ? nullptr : &*found;
}

void LeaveOrganizations(const Step& step, const WebhookEvents& events, const User& user) {
  for (const auto& [id, organization] : step.state.organizations) {
    const auto* membership = FindMembership(organization, user.id);
    if (membership == nullptr) continue;
    Organization without = organization;
    without.memberships.erase(MemberOf(without, user.id));
    Announce(step, events, "organizationMembership.deleted", without, *membership);
    if (without.memberships.empty()) {
      events.Add(step, "organization.deleted", id, DeletedJson("organization", id));
      step.changes.emplace_back(OrganizationErased{id});
    } else {
      step.changes.emplace_back(std::move(without));
    }
  }
}

Organizations::Organizations(StateStore& store, const Clock& clock, const WebhookEvents& events)
    : store_(store), clock_(clock), events_(events) {}

ClerkResult<Organization> Organizations::Create(const std::string& created_by, const OrganizationFields& fields,
                                                const Actor& actor) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Organization> {
    const Step step{state, changes, actor.caller, clock_.Now()};
    if (!created_by.empty() && !state.users.contains(created_by)) {
      return tl::unexpected(ResourceNotFound("No user was found with id " + created_by + "."));
    }
    Organization organization;
    organization.id = NewId("org");
    organization.created_by = created_by;
    organization.created_at = organization.updated_at = step.now;
    OrganizationFields wanted = fields;
    wanted.name = fields.name.value_or("");
    if (!wanted.slug || wanted.slug->empty()) wanted.slug = SlugOf(*wanted.name, step.now);
    if (auto set = SetFields(state, wanted, organization); !set) return tl::unexpected(set.error());
    Announce(step, events_, "organization.created", organization);
    if (!created_by.empty()) {
      organization.memberships.push_back({NewId("orgmem"), created_by, std::string(kAdmin), "{}", "{}", step.now, step.now});
      Announce(step, events_, "organizationMembership.created", organization, organization.memberships.back());
    }
    changes.emplace_back(organization);
    return organization;
  });
}

ClerkResult<Organization> Organizations::Find(const std::string& id, const Actor& actor) const {
  return store_.View([&](const State& state) { return Visible(state, id, actor); });
}

template <typename Edit>
ClerkResult<Organization> Organizations::Alter(const std::string& id, const Actor& actor, Edit&& edit) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Organization> {
    const Step step{state, changes, actor.caller, clock_.Now()};
    auto organization = Administered(state, id, actor);
    if (!organization) return organization;
    if (ClerkResult<void> edited = edit(step, *organization); !edited) return tl::unexpected(edited.error());
    changes.emplace_back(*organization);
    return organization;
  });
}

ClerkResult<Organization> Organizations::Update(const std::string& id, const OrganizationFields& fields, const Actor& actor) {
  return Alter(id, actor, [&](const Step& step, Organization& organization) -> ClerkResult<void> {
    if (auto set = SetFields(step.state, fields, organization); !set) return set;
    organization.updated_at = step.now;
    Announce(step, events_, "organization.updated", organization);
    return {};
  });
}

ClerkResult<void> Organizations::Delete(const std::string& id, const Actor& actor) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<void> {
    const Step step{state, changes, actor.caller, clock_.Now()};
    const auto organization = Administered(state, id, actor);
    if (!organization) return tl::unexpected(organization.error());
    if (!actor.user_id.empty() && !organization->admin_delete_enabled) return tl::unexpected(InsufficientPrivileges());
    events_.Add(step, "organization.deleted", organization->id, DeletedJson("organization", organization->id));
    changes.emplace_back(OrganizationErased{organization->id});
    return {};
  });
}

ClerkResult<Organization> Organizations::AddMember(const std::string& id, const Membership& wanted, const Actor& actor) {
  return Alter(id, actor, [&](const Step& step, Organization& organization) -> ClerkResult<void> {
    const auto limit = organization.max_allowed_memberships;
    if (!IsRole(wanted.role)) return tl::unexpected(NoRole());
    if (!step.state.users.contains(wanted.user_id)) {
      return tl::unexpected(ResourceNotFound("No user was found with id " + wanted.user_id + "."));
    }
    if (FindMembership(organization, wanted.user_id) != nullptr) return tl::unexpected(AlreadyMember());
    if (limit > 0 && static_cast<std::int64_t>(organization.memberships.size()) >= limit) return tl::unexpected(TooManyMembers());
    Membership membership = wanted;
    membership.id = NewId("orgmem");
    membership.created_at = membership.updated_at = step.now;
    organization.memberships.push_back(std::move(membership));
    Announce(step, events_, "organizationMembership.created", organization, organization.memberships.back());
    return {};
  });
}

ClerkResult<Organization> Organizations::SetRole(const std::string& id, const std::string& member_id, const std::string& role,
                                                 const Actor& actor) {
  return Alter(id, actor, [&](const Step& step, Organization& organization) -> ClerkResult<void> {
    if (!IsRole(role)) return tl::unexpected(NoRole());
    const auto member = MemberOf(organization, member_id);
    if (member == organization.memberships.end()) return tl::unexpected(ResourceNotFound("No such member was found."));
    const bool was_administered = IsAdministered(organization);
    member->role = role;
    member->updated_at = step.now;
    if (was_administered && !IsAdministered(organization)) return tl::unexpected(LastAdministrator());
    Announce(step, events_, "organizationMembership.updated", organization, *member);
    return {};
  });
}

ClerkResult<Membership> Organizations::RemoveMember(const std::string& id, const std::string& member_id, const Actor& actor) {
  return store_.Update([&](const State& state, Changes& changes) -> ClerkResult<Membership> {
    const Step step{state, changes, actor.caller, clock_.Now()};
    auto organization = actor.user_id == member_id ? Visible(state, id, actor) : Administered(state, id, actor);
    if (!organization) return tl::unexpected(organization.error());
    const auto found = MemberOf(*organization, member_id);
    if (found == organization->memberships.end()) return tl::unexpected(ResourceNotFound("No such member was found."));
    Membership removed = *found;
    organization->memberships.erase(found);
    if (removed.role == kAdmin && !IsAdministered(*organization)) return tl::unexpected(LastAdministrator());
    Announce(step, events_, "organizationMembership.deleted", *organization, removed);
    changes.emplace_back(std::move(*organization));
    return removed;
  });
}

ClerkResult<Invitation> Organizations::Invite(const std::string& id, const NewInvitation& wanted, const Actor& actor) {
  Invitation made;
  const auto altered = Alter(id, actor, [&](const Step& step, Organization& organization) -> ClerkResult<void> {
    const auto address = CheckEmail(wanted.email_address);
    if (!address) return tl::unexpected(address.error());
    if (!IsRole(wanted.role)) return tl::unexpected(NoRole());
    const auto* user = FindByEmail(step.state, *address);
    if (user != nullptr && FindMembership(organization, user->id) != nullptr) return tl::unexpected(AlreadyMember());
    for (const auto& other : organization.invitations) {
      if (other.email_address == *address && StatusOf(other, step.now) == "pending") return tl::unexpected(DuplicateInvitation());
    }
    made = {NewId("orginv"),         *address, wanted.role, wanted.inviter_id, false, wanted.public_metadata,
            wanted.private_metadata, {},       step.now,    step.now};
    made.expires_at = step.now + std::chrono::hours(24 * wanted.expires_in_days);
    organization.invitations.push_back(made);
    events_.Add(step, "organizationInvitation.created", made.id, InvitationJson(step.state, organization, made, step.now));
    return {};
  });
  if (!altered) return tl::unexpected(altered.error());
  return made;
}

ClerkResult<Invitation> Organizations::Revoke(const std::string& id, const std::string& invitation_id, const Actor& actor) {
  Invitation revoked;
  const auto altered = Alter(id, actor, [&](const Step& step, Organization& organization) -> ClerkResult<void> {
    auto& all = organization.invitations;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Invitation& item) { return item.id == invitation_id; });
    if (found == all.end()) return tl::unexpected(ResourceNotFound("No such invitation was found."));
    if (StatusOf(*found, step.now) != "pending") return tl::unexpected(InvitationNotPending());
    found->revoked = true;
    found->updated_at = step.now;
    revoked = *found;
    events_.Add(step, "organizationInvitation.revoked", revoked.id, InvitationJson(step.state, organization, revoked, step.now));
    return {};
  });
  if (!altered) return tl::unexpected(altered.error());
  return revoked;
}

}  // namespace inkwell::emulator
