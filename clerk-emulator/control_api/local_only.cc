#include "clerk-emulator/control_api/local_only.h"

#include <utility>

namespace inkwell::emulator {
namespace {

bool IsLoopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

}  // namespace

HttpHandler LocalOnly(HttpHandler next, ControlPeers peers) {
  return [next = std::move(next), peers](const HttpRequest& request) {
    const bool near = peers == ControlPeers::kAny || IsLoopback(request.client_address);
    if (near && request.Header("clerk-proxy-url").empty()) return next(request);
    return ErrorResponse({403, "control_api_local_only", "Forbidden", "The control API answers this machine only.", {}});
  };
}

}  // namespace inkwell::emulator
