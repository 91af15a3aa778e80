#include "clerk-emulator/backend_api/backend_api.h"

#include <openssl/crypto.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace inkwell::emulator {

Caller CallerOf(const HttpRequest& request) { return {request.client_address, request.Header("user-agent")}; }

BackendApi::BackendApi(std::string secret_key, StateStore& store, Accounts& accounts, const WebhookEvents& events,
                       const SigningKey& key, const TokenIssuer& issuer, const BrowserAccess& access, ApiFaults& faults,
                       const Clock& clock)
    : secret_key_(std::move(secret_key)),
      store_(store),
      accounts_(accounts),
      email_addresses_(store, clock, events),
      jwt_templates_(store, clock),
      organizations_(store, clock, events),
      key_(key),
      issuer_(issuer),
      access_(access),
      faults_(faults),
      clock_(clock) {}

void BackendApi::AddRoutes(Router& router) {
  router.Add("GET", "/.well-known/jwks.json", [this](const HttpRequest& request) {
    auto failed = faults_.Meet(request);
    return failed ? std::move(*failed) : KeySet(request);
  });
  AddProtected(router, "GET", "/v1/jwks", &BackendApi::KeySet);
  AddProtected(router, "GET", "/v1/instance", &BackendApi::Instance);
  AddUserRoutes(router);
  AddEmailRoutes(router);
  AddSessionRoutes(router);
  AddTemplateRoutes(router);
  AddOrganizationRoutes(router);
}

void BackendApi::AddProtected(Router& router, const char* method, const char* pattern, Method handler) {
  router.Add(method, pattern, [this, handler](const HttpRequest& request) { return Protected(request, handler); });
}

// Browsers come with a cookie and without the header.
void BackendApi::AddShared(Router& router, const char* method, const char* pattern, Method handler) {
  router.Add(
      method, pattern, [this, handler](const HttpRequest& request) { return Protected(request, handler); },
      [](const HttpRequest& request) { return !request.Header("authorization").empty(); });
}

HttpResponse BackendApi::Protected(const HttpRequest& request, Method handler) {
  if (auto failed = faults_.Meet(request)) return std::move(*failed);
  if (auto authenticated = Authenticate(request); !authenticated) return ErrorResponse(authenticated.error());
  return (this->*handler)(request);
}

ClerkResult<void> BackendApi::Authenticate(const HttpRequest& request) const {
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = request.Header("authorization");
  if (!header.starts_with(kScheme)) {
    return tl::unexpected(AuthenticationInvalid("The Backend API wants the header Authorization: Bearer <secret key>."));
  }
  const auto key = std::string_view(header).substr(kScheme.size());
  if (key.size() != secret_key_.size() || CRYPTO_memcmp(key.data(), secret_key_.data(), key.size()) != 0) {
    return tl::unexpected(ClerkKeyInvalid());
  }
  return {};
}

// The signing key is named after the instance, as Clerk's are.
HttpResponse BackendApi::Instance(const HttpRequest&) {
  const nlohmann::json instance = {{"object", "instance"},
                                   {"id", key_.key_id()},
                                   {"environment_type", "development"},
                                   {"allowed_origins", access_.allowed_origins()},
                                   {"workspace_id", nullptr}};
  return {200, instance.dump(), "application/json", {}};
}

HttpResponse BackendApi::KeySet(const HttpRequest&) { return {200, key_.jwks(), "application/json", {}}; }

}  // namespace inkwell::emulator
