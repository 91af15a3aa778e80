#pragma once

#include <optional>
#include <string_view>

#include "clerk/token_type.h"
#include "request/setup.h"

namespace clerk::request {

// What machine token a text is by its look (contract, section 6): by its prefix or, if it is a JWT, by what it says of itself.
// Nullopt: none.
[[nodiscard]] std::optional<TokenType> MachineTypeOf(const Setup& setup, std::string_view token);

// Verifies the machine token in the header: a JWT with the keys, any other at Clerk.
[[nodiscard]] Outcome AuthenticateMachine(const Attempt& attempt, TokenType type);

}  // namespace clerk::request
