#include "clerk-emulator/control_api/local_only.h"

#include <utility>

namespace inkwell::emulator {
namespace {

bool IsLocal(const HttpRequest& request) {
  const auto& address = request.client_address;
  const bool loopback = address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
  return loopback && request.Header("clerk-proxy-url").empty();
}

}  // namespace

HttpHandler LocalOnly(HttpHandler next) {
  return [next = std::move(next)](const HttpRequest& request) {
    if (IsLocal(request)) return next(request);
    return ErrorResponse({403, "control_api_local_only", "Forbidden", "The control API answers this machine only.", {}});
  };
}

}  // namespace inkwell::emulator
