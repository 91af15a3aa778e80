#pragma once

#include <string>

#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// The user to whom the identity belongs: by the provider's id, else by a verified e-mail address; null if nobody.
[[nodiscard]] const User* FindByIdentity(const State& state, const ExternalIdentity& identity);

// Notes at the user that the identity is theirs. Whether that is new.
bool Link(const ExternalIdentity& identity, UnixMillis now, User& user);

// A sign-up as the provider's identity: its e-mail address counts as verified.
void TakeIdentity(const ExternalIdentity& identity, SignUp& sign_up);

}  // namespace inkwell::emulator
