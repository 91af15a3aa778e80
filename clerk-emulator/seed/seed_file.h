#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/model/state_store.h"
#include "runtime/error.h"

namespace inkwell::emulator {

// The users that an empty state begins with.
using Seed = std::vector<NewUser>;

// {"users": [{"id": "user_…", "email_addresses": […], "password", …}]}: the members are those of POST /v1/users, and `id`. Fails
// with INVALID_ARGUMENT / SEED_INVALID, naming the line of what is no JSON, or the user and the field.
[[nodiscard]] runtime::Result<Seed> ParseSeed(std::string_view text);
// Also INVALID_ARGUMENT / SEED_NOT_FOUND, UNAVAILABLE / FILE_NOT_READ.
[[nodiscard]] runtime::Result<Seed> ReadSeed(const std::filesystem::path& path);

// Adds the users if there is none, as if they had been there before: no webhook announces them. One step: all, or none of them.
// Fails as Accounts::Create does, naming the user.
[[nodiscard]] ClerkResult<void> FillIfEmpty(StateStore& store, const Seed& seed, const Clock& clock);

}  // namespace inkwell::emulator
