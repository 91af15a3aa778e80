#pragma once

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// What shortcodes are filled from: {"user": …, "session": …, "org": … or null} by Clerk's names, such as user.first_name,
// user.primary_email_address, user.public_metadata.role, org.slug, org.role (docs: Customize your session token, shortcodes).
[[nodiscard]] nlohmann::json ShortcodeValues(const State& state, const User& user, const Session& session);

// The claims of a template with its shortcodes filled. A text that is one shortcode, "{{user.public_metadata}}", becomes its
// value of whatever type; one within a text becomes text; what is unknown, null.
[[nodiscard]] nlohmann::json FillShortcodes(const nlohmann::json& claims, const nlohmann::json& values);

}  // namespace inkwell::emulator
