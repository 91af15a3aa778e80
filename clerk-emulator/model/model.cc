#include "clerk-emulator/model/model.h"

#include <algorithm>
#include <utility>

namespace inkwell::emulator {
namespace {

struct Applier {
  State& state;

  void operator()(User user) const {
    auto id = user.id;
    state.users.insert_or_assign(std::move(id), std::move(user));
  }
  void operator()(Session session) const {
    auto id = session.id;
    state.sessions.insert_or_assign(std::move(id), std::move(session));
  }
  void operator()(Client client) const {
    auto id = client.id;
    state.clients.insert_or_assign(std::move(id), std::move(client));
  }
  void operator()(Organization organization) const {
    auto id = organization.id;
    state.organizations.insert_or_assign(std::move(id), std::move(organization));
  }
  void operator()(JwtTemplate jwt_template) const {
    auto id = jwt_template.id;
    state.jwt_templates.insert_or_assign(std::move(id), std::move(jwt_template));
  }
  void operator()(WebhookMessage message) const {
    const auto sequence = message.sequence;
    state.last_sequence = std::max(state.last_sequence, sequence);
    state.messages.insert_or_assign(sequence, std::move(message));
  }
  void operator()(MessageProgress progress) const {
    const auto message = state.messages.find(progress.sequence);
    if (message != state.messages.end()) message->second.progress = std::move(progress);
  }
  void operator()(const EndpointHealth& health) const { state.endpoint = health; }
  void operator()(const UserErased& erased) const { state.users.erase(erased.id); }
  void operator()(const SessionErased& erased) const { state.sessions.erase(erased.id); }
  void operator()(const ClientErased& erased) const { state.clients.erase(erased.id); }
  void operator()(const OrganizationErased& erased) const { state.organizations.erase(erased.id); }
  void operator()(const JwtTemplateErased& erased) const { state.jwt_templates.erase(erased.id); }
  void operator()(const MessageErased& erased) const { state.messages.erase(erased.sequence); }
};

}  // namespace

void Apply(Change change, State& state) { std::visit(Applier{state}, std::move(change)); }

void AddAll(const State& state, Changes& changes) {
  for (const auto& [id, user] : state.users) changes.emplace_back(user);
  for (const auto& [id, session] : state.sessions) changes.emplace_back(session);
  for (const auto& [id, client] : state.clients) changes.emplace_back(client);
  for (const auto& [id, organization] : state.organizations) changes.emplace_back(organization);
  for (const auto& [id, jwt_template] : state.jwt_templates) changes.emplace_back(jwt_template);
  for (const auto& [sequence, message] : state.messages) changes.emplace_back(message);
  changes.emplace_back(state.endpoint);
}

void AddReplacement(const State& from, const State& to, Changes& changes) {
  for (const auto& [id, user] : from.users) changes.emplace_back(UserErased{id});
  for (const auto& [id, session] : from.sessions) changes.emplace_back(SessionErased{id});
  for (const auto& [id, client] : from.clients) changes.emplace_back(ClientErased{id});
  for (const auto& [id, organization] : from.organizations) changes.emplace_back(OrganizationErased{id});
  for (const auto& [id, jwt_template] : from.jwt_templates) changes.emplace_back(JwtTemplateErased{id});
  for (const auto& [sequence, message] : from.messages) changes.emplace_back(MessageErased{sequence});
  AddAll(to, changes);
}

std::string_view ToString(SessionStatus status) {
  switch (status) {
    case SessionStatus::kActive:
      return "active";
    case SessionStatus::kRevoked:
      return "revoked";
    case SessionStatus::kEnded:
      return "ended";
    case SessionStatus::kRemoved:
      return "removed";
    case SessionStatus::kReplaced:
      return "replaced";
  }
  return "unknown";
}

std::string_view ToString(MessageState state) {
  switch (state) {
    case MessageState::kPending:
      return "pending";
    case MessageState::kDelivered:
      return "delivered";
    case MessageState::kFailed:
      return "failed";
  }
  return "unknown";
}

std::string_view ToString(VerificationStatus status) {
  switch (status) {
    case VerificationStatus::kUnverified:
      return "unverified";
    case VerificationStatus::kVerified:
      return "verified";
    case VerificationStatus::kFailed:
      return "failed";
    case VerificationStatus::kExpired:
      return "expired";
    case VerificationStatus::kTransferable:
      return "transferable";
  }
  return "unknown";
}

std::string_view ToString(SignInStatus status) {
  switch (status) {
    case SignInStatus::kNeedsIdentifier:
      return "needs_identifier";
    case SignInStatus::kNeedsFirstFactor:
      return "needs_first_factor";
    case SignInStatus::kNeedsNewPassword:
      return "needs_new_password";
    case SignInStatus::kComplete:
      return "complete";
  }
  return "unknown";
}

std::string_view StatusOf(const Invitation& invitation, UnixMillis now) {
  if (invitation.revoked) return "revoked";
  return invitation.expires_at <= now ? "expired" : "pending";
}

std::string PrimaryEmail(const User& user) {
  for (const auto& email : user.email_addresses) {
    if (email.id == user.primary_email_address_id) return email.value;
  }
  return {};
}

}  // namespace inkwell::emulator
