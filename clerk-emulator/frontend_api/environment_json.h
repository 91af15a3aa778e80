#pragma once

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/accounts/instance.h"

namespace inkwell::emulator {

// What clerk-js reads at each load: which fields the forms have, which buttons, which dialogs.
[[nodiscard]] nlohmann::json EnvironmentJson(const InstanceSettings& settings);

}  // namespace inkwell::emulator
