#include "clerk-emulator/accounts/external_identity.h"

#include <algorithm>

#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/base/ids.h"

namespace inkwell::emulator {
namespace {

bool HasIdentity(const User& user, const ExternalIdentity& identity) {
  return std::any_of(user.external_accounts.begin(), user.external_accounts.end(), [&](const ExternalAccount& account) {
    return account.identity.strategy == identity.strategy && account.identity.provider_user_id == identity.provider_user_id;
  });
}

}  // namespace

const User* FindByIdentity(const State& state, const ExternalIdentity& identity) {
  for (const auto& [id, user] : state.users) {
    if (HasIdentity(user, identity)) return &user;
  }
  return FindByEmail(state, identity.email_address);
}

bool Link(const ExternalIdentity& identity, UnixMillis now, User& user) {
  if (HasIdentity(user, identity)) return false;
  user.external_accounts.push_back({NewId("eac"), NewId("idn"), identity, now, now});
  return true;
}

void TakeIdentity(const ExternalIdentity& identity, SignUp& sign_up) {
  sign_up.external = identity;
  sign_up.external_verification.strategy = identity.strategy;
  sign_up.external_verification.status = VerificationStatus::kVerified;
  sign_up.email_address = identity.email_address;
  sign_up.email_verification.strategy = identity.strategy;
  sign_up.email_verification.status = VerificationStatus::kVerified;
  sign_up.first_name = identity.first_name;
  sign_up.last_name = identity.last_name;
}

}  // namespace inkwell::emulator
