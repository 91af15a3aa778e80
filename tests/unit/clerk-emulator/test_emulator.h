#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/backend_api/api_faults.h"
#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/base/adjustable_clock.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/control_api/control_api.h"
#include "clerk-emulator/control_api/fault_routes.h"
#include "clerk-emulator/control_api/state_routes.h"
#include "clerk-emulator/frontend_api/frontend_api.h"
#include "clerk-emulator/http/browser_access.h"
#include "clerk-emulator/http/http.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/tokens/signing_key.h"
#include "clerk-emulator/tokens/token_issuer.h"
#include "clerk-emulator/webhooks/webhook_sender.h"

namespace inkwell::emulator {

// Stands still until it is told to move. Thread-safe.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis Now() const override { return {now_.load()}; }
  void Advance(std::chrono::milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_{1'760'000'000'000};
};

// An empty directory that goes away with this object.
class TemporaryDirectory final {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline constexpr const char* kTestSecretKey = "sk_test_of_the_unit_tests";
inline constexpr const char* kTestWebhookSecret = "whsec_dGhlIHVuaXQgdGVzdHMnIHNlY3JldA==";

// With Google and GitHub.
[[nodiscard]] InstanceSettings TestInstance();

// The parts of the program, composed as main does, without a socket of its own.
class TestEmulator final {
 public:
  // With a webhook URL the sender delivers when the test calls sender().DeliverDue().
  TestEmulator(const std::filesystem::path& directory, const Clock& clock, const std::string& webhook_url = {},
               std::vector<std::chrono::milliseconds> retry_schedule = {}, InstanceSettings settings = TestInstance());

  HttpResponse Handle(HttpRequest request);
  // With the secret key.
  HttpResponse Backend(const std::string& method, const std::string& target, const std::string& body = {});
  HttpResponse Control(const std::string& method, const std::string& target, const std::string& body = {});

  [[nodiscard]] WebhookSender& sender() { return *sender_; }
  [[nodiscard]] StateStore& store() { return *store_; }

 private:
  AdjustableClock clock_;
  std::unique_ptr<StateStore> store_;
  std::unique_ptr<SigningKey> key_;
  std::unique_ptr<WebhookSender> sender_;
  TokenIssuer issuer_;
  BrowserAccess access_;
  const WebhookEvents events_;
  Accounts accounts_;
  FrontendApi frontend_api_;
  ApiFaults api_faults_;
  BackendApi backend_api_;
  ControlApi control_api_;
  StateRoutes state_routes_;
  FaultRoutes fault_routes_;
  Router router_;
};

// Splits `target` at "?" and "&"; nothing is percent-decoded.
[[nodiscard]] HttpRequest MakeRequest(const std::string& method, const std::string& target, const std::string& body = {});

// The body; null if it is not JSON.
[[nodiscard]] nlohmann::json Json(const HttpResponse& response);

}  // namespace inkwell::emulator
