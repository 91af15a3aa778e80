#pragma once

#include "clerk-emulator/http/http.h"

namespace inkwell::emulator {

// Who may use the control API.
enum class ControlPeers {
  kThisMachine,
  // Whoever reaches the port. For a container: what comes in by a published port comes from an address of the container network.
  kAny,
};

// Lets through what comes from these peers, but nothing that comes by way of a proxy for the Frontend API: 403
// control_api_local_only. Pages of other sites are refused before (BrowserAccess).
[[nodiscard]] HttpHandler LocalOnly(HttpHandler next, ControlPeers peers);

}  // namespace inkwell::emulator
