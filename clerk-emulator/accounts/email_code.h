#pragma once

#include <string_view>

#include "clerk-emulator/base/clerk_error.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// No e-mail is sent: this is what every code is, as for Clerk's own test addresses.
inline constexpr std::string_view kEmailCode = "424242";

// "Sends" a code by the strategy (email_code, reset_password_email_code), which is good for ten minutes and ten attempts.
[[nodiscard]] Verification SendCode(std::string_view strategy, UnixMillis now);

// Compares, and counts: `verification` has changed also if this fails. 422 form_code_incorrect; 400 verification_expired,
// verification_failed (too many attempts), verification_missing (no code was sent).
[[nodiscard]] ClerkResult<void> CheckCode(std::string_view code, UnixMillis now, Verification& verification);

}  // namespace inkwell::emulator
