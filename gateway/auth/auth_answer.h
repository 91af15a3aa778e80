#pragma once

#include <string_view>

#include "clerk/error.h"
#include "clerk/require.h"
#include "gateway/http/problem.h"
#include "gateway/http/response.h"

namespace inkwell::gateway {

// A genuine token that names no session or no user: not a person's who is signed in, whatever else it is good for.
[[nodiscard]] clerk::Refusal NoSessionOfAUser();

// 401 as problem+json, or 307; with the x-clerk-auth-* headers of the refusal.
[[nodiscard]] Response RefusalResponse(const clerk::Refusal& refusal, std::string_view request_id);

// A request that cannot be judged: 400 if it is the client's fault, else 500.
[[nodiscard]] Problem UnjudgedProblem(const clerk::Error& error);

// Clerk's word for why somebody is not signed in; "" if the refusal has none.
[[nodiscard]] std::string_view ReasonOf(const clerk::Refusal& refusal);

}  // namespace inkwell::gateway
