#pragma once

#include <string>
#include <string_view>

#include "clerk-emulator/model/model.h"
#include "runtime/error.h"

namespace inkwell::emulator {

// The form in which state is kept: one line of JSON per step, an array of changes that happened together. Not Clerk's resources
// (resource_json.h), which show less. A member that is missing has its default, so that older files stay readable.
[[nodiscard]] std::string EncodeChanges(const Changes& changes);

// Fails with DATA_LOSS / STATE_NOT_READABLE.
[[nodiscard]] runtime::Result<Changes> DecodeChanges(std::string_view line);

// A whole state, one line for each thing in it.
[[nodiscard]] std::string EncodeState(const State& state);
// Of whole lines; what follows the last newline is left out, for nobody was told that this step happened. Fails as DecodeChanges.
[[nodiscard]] runtime::Result<State> DecodeState(std::string_view content);

}  // namespace inkwell::emulator
