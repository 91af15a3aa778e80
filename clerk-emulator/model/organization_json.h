#pragma once

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// Organizations as the Backend API and the webhooks show them (bapi/2026-05-12).
[[nodiscard]] nlohmann::json OrganizationJson(const Organization& organization);
[[nodiscard]] nlohmann::json MembershipJson(const Organization& organization, const Membership& membership, const User& user);
// The state has the inviter.
[[nodiscard]] nlohmann::json InvitationJson(const State& state, const Organization& organization, const Invitation& invitation,
                                            UnixMillis now);
// What members see of a user.
[[nodiscard]] nlohmann::json PublicUserJson(const User& user);

}  // namespace inkwell::emulator
