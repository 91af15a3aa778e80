#pragma once

#include <string>
#include <string_view>

#include "clerk-emulator/base/clerk_error.h"

namespace inkwell::emulator {

inline constexpr std::size_t kMinPasswordLength = 8;
inline constexpr std::size_t kMaxPasswordLength = 72;

// scrypt (RFC 7914; N = 16384, r = 8, p = 1) with a salt of its own, as text that carries its parameters: takes some 50 ms, so it
// is not done while the state is locked. 422 form_password_length_too_short, form_password_length_too_long for `param`;
// 500 if OpenSSL fails.
[[nodiscard]] ClerkResult<std::string> HashPassword(std::string_view password, std::string_view param = "password");

// Whether HashPassword has made `hash` of this password. False for an empty hash.
[[nodiscard]] bool PasswordMatches(std::string_view password, std::string_view hash);

}  // namespace inkwell::emulator
