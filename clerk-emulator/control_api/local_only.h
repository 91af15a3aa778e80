#pragma once

#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// Lets through what comes from this machine itself, not by way of a proxy: 403 control_api_local_only. Pages of other sites are
// refused before (BrowserAccess).
[[nodiscard]] HttpHandler LocalOnly(HttpHandler next);

}  // namespace inkwell::emulator
