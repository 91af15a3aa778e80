#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "clerk-emulator/accounts/accounts.h"
#include "clerk-emulator/accounts/email_code.h"
#include "clerk-emulator/accounts/jwt_templates.h"
#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/base/adjustable_clock.h"
#include "clerk-emulator/base/clock.h"
#include "clerk-emulator/config.h"
#include "clerk-emulator/control_api/control_api.h"
#include "clerk-emulator/control_api/fault_routes.h"
#include "clerk-emulator/control_api/state_routes.h"
#include "clerk-emulator/frontend_api/frontend_api.h"
#include "clerk-emulator/http/browser_access.h"
#include "clerk-emulator/http/http_server.h"
#include "clerk-emulator/model/state_store.h"
#include "clerk-emulator/seed/seed_file.h"
#include "clerk-emulator/tokens/signing_key.h"
#include "clerk-emulator/tokens/token_issuer.h"
#include "clerk-emulator/webhooks/webhook_sender.h"
#include "runtime/log.h"
#include "runtime/shutdown.h"

namespace inkwell::emulator {
namespace {

int CannotStart(const runtime::Error& error) {
  runtime::log::Error("cannot start", {{"reason", error.reason}, {"message", error.message}});
  return 1;
}

runtime::Error CannotFill(const ClerkError& error) {
  return runtime::Fail(runtime::Code::kInternal, "SEED_NOT_APPLIED", error.long_message).value();
}

void SayWhereItIs(const Config& config, const std::string& address, bool has_clerk_js, std::chrono::milliseconds ahead_of_time) {
  runtime::log::Info("listening", {{"address", address}, {"instance_id", config.instance_id}});
  if (!IsLoopback(config.listen)) {
    runtime::log::Warn("reachable from other machines: anybody there can sign up and get tokens", {{"address", address}});
  }
  if (ahead_of_time.count() > 0) {
    runtime::log::Warn("the clock runs ahead, as it was told: others refuse these tokens as not yet valid",
                       {{"seconds", ahead_of_time.count() / 1000}});
  }
  if (config.webhook_url.empty()) runtime::log::Info("no webhooks are sent: EMULATOR_WEBHOOK_URL is not set");
  if (!has_clerk_js) runtime::log::Info("clerk-js is not served: EMULATOR_CLERK_JS_DIR has no clerk-js/dist and ui/dist");
  runtime::log::Info("no e-mail is sent: every verification code is the same", {{"code", kEmailCode}});
  if (config.common.log_format != "text") return;
  std::printf("clerk-emulator stands in for Clerk at http://%s\n", address.c_str());
  std::printf("  code:     %s verifies every e-mail address, at every sign-up and sign-in\n", std::string(kEmailCode).c_str());
  std::printf("  sign up:  curl -s http://%s/_emulator/sign-up -d '{\"email\":\"ada@example.com\"}'\n", address.c_str());
  std::printf("  webhooks: http://%s/_emulator/\n", address.c_str());
  std::printf("  look:     curl -s http://%s/_emulator/status\n", address.c_str());
  std::fflush(stdout);
}

int Run(int argc, char** argv) {
  runtime::Settings settings("clerk-emulator", "Stands in for Clerk on a laptop and in tests. Never part of production.", argc,
                             argv);
  const auto config = ReadConfig(settings);
  if (const auto exit_code = settings.Finish()) return *exit_code;
  runtime::log::Configure("clerk-emulator", config.common.log_level, config.common.log_format);
  runtime::ShutdownSignal shutdown;

  const SystemClock system_clock;
  const auto store = StateStore::Open(config.data_directory);
  if (!store) return CannotStart(store.error());
  const auto ahead = ReadClock(config.data_directory);
  if (!ahead) return CannotStart(ahead.error());
  AdjustableClock clock(system_clock, *ahead);
  const auto seed = config.seed_file.empty() ? Seed() : ReadSeed(config.seed_file);
  if (!seed) return CannotStart(seed.error());
  const auto fill = [&] {
    auto filled = FillIfEmpty(**store, *seed, clock);
    return filled ? AddJwtTemplates(**store, config.jwt_templates, config.token_lifetime, clock) : filled;
  };
  if (auto filled = fill(); !filled) return CannotStart(CannotFill(filled.error()));
  const auto key = SigningKey::LoadOrCreate(config.data_directory, config.instance_id);
  if (!key) return CannotStart(key.error());
  std::unique_ptr<WebhookSender> sender;
  if (!config.webhook_url.empty()) {
    auto made = WebhookSender::Make({config.webhook_url, config.webhook_key, config.retry_schedule}, **store, clock);
    if (!made) return CannotStart(made.error());
    sender = std::move(*made);
  }
  const TokenIssuer issuer(**key, clock, **store, {config.issuer, config.token_lifetime});
  const BrowserAccess access(config.allowed_origins, config.authorized_party);
  const WebhookEvents events(config.instance_id, sender != nullptr);
  Accounts accounts(**store, clock, events);
  ApiFaults api_faults(clock);
  BackendApi backend_api(config.secret_key, **store, accounts, events, **key, issuer, access, api_faults, clock);
  FrontendApi frontend_api(config.instance, {config.data_directory, config.clerk_js_directory}, **store, accounts, events, issuer,
                           access, clock);
  ControlApi control_api(**store, accounts, issuer, access, sender.get(), clock);
  StateRoutes state_routes(**store, clock, api_faults, sender.get(), config.data_directory, [&] {
    frontend_api.RemovePictures();
    return fill();
  });
  FaultRoutes fault_routes(api_faults, sender.get(), clock);
  Router router;
  backend_api.AddRoutes(router);
  frontend_api.AddRoutes(router);
  control_api.AddRoutes(router, config.control_peers);
  state_routes.AddTo(router, config.control_peers);
  fault_routes.AddTo(router, config.control_peers);

  const auto server = HttpServer::Start(config.listen, [&](const HttpRequest& request) {
    return access.Guard(request, [&](const HttpRequest& allowed) { return router.Handle(allowed); });
  });
  if (!server) return CannotStart(server.error());
  if (sender) sender->Start();
  SayWhereItIs(config, (*server)->address(), frontend_api.HasClerkJs(), clock.ahead());
  shutdown.Wait();
  runtime::log::Info("stopping");
  api_faults.Clear();  // ends the delays, for which the server would wait
  return 0;
}

}  // namespace
}  // namespace inkwell::emulator

int main(int argc, char** argv) { return inkwell::emulator::Run(argc, argv); }
