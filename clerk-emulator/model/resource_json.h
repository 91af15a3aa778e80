#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// The resources as the Backend API and the webhooks show them (contract 8.1, bapi/2026-05-12).
[[nodiscard]] nlohmann::json UserJson(const User& user);
[[nodiscard]] nlohmann::json SessionJson(const Session& session);
// An e-mail address by itself.
[[nodiscard]] nlohmann::json EmailJson(const Identification& email);
// A verification under way, as both APIs show it.
[[nodiscard]] nlohmann::json VerificationJson(const Verification& verification);
// The picture: what was uploaded, or a generated one.
[[nodiscard]] std::string ImageUrl(const User& user);
// `object` is the kind of what was deleted: "user".
[[nodiscard]] nlohmann::json DeletedJson(std::string_view object, std::string_view id);
[[nodiscard]] nlohmann::json TokenJson(std::string_view jwt);

}  // namespace inkwell::emulator
