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
  void operator()(WebhookMessage message) const {
    const auto sequence = message.sequence;
    state.last_sequence = std::max(state.last_sequence, sequence);
    state.messages.insert_or_assign(sequence, std::move(message));
  }
  void operator()(MessageProgress progress) const {
    const auto message = state.messages.find(progress.sequence);
    if (message != state.messages.end()) message->second.progress = std::move(progress);
  }
  void operator()(const UserErased& erased) const { state.users.erase(erased.id); }
  void operator()(const SessionErased& erased) const { state.sessions.erase(erased.id); }
  void operator()(const ClientErased& erased) const { state.clients.erase(erased.id); }
  void operator()(const OrganizationErased& erased) const { state.organizations.erase(erased.id); }
  void operator()(const MessageErased& erased) const { state.messages.erase(erased.sequence); }
};

}  // namespace

void Apply(Change change, State& state) { std::visit(Applier{state}, std::move(change)); }

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

std::string PrimaryEmail(const User& user) {
  for (const auto& email : user.email_addresses) {
    if (email.id == user.primary_email_address_id) return email.value;
  }
  return {};
}

}  // namespace inkwell::emulator
