#pragma once

#include <string>

#include "clerk-emulator/model/model.h"

namespace inkwell::emulator {

// The newest deliveries as a plain HTML page, with a button to send each of them again.
[[nodiscard]] std::string DeliveriesPage(const State& state);

}  // namespace inkwell::emulator
