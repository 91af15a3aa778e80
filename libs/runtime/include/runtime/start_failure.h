#pragma once

#include <string_view>

#include "runtime/error.h"

namespace inkwell::runtime {

// Logs why the program cannot start, and returns its exit code: 2 for a wrong setting (INVALID_ARGUMENT), which starting again
// does not mend, and 1 for anything else.
[[nodiscard]] int StartFailure(std::string_view what, const Error& error);

}  // namespace inkwell::runtime
