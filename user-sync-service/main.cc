#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "runtime/admin_server.h"
#include "runtime/grpc_server.h"
#include "runtime/log.h"
#include "runtime/pause.h"
#include "runtime/settings.h"
#include "runtime/shutdown.h"
#include "runtime/start_failure.h"
#include "runtime_db/database.h"
#include "runtime_db/migrator.h"
#include "runtime_db/schema_owner.h"
#include "runtime_db/schema_preparation.h"
#include "user-sync-service/backfill.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/clerk_api.h"
#include "user-sync-service/clerk_fetcher.h"
#include "user-sync-service/config.h"
#include "user-sync-service/instance_check.h"
#include "user-sync-service/instance_pin.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/migrations.h"
#include "user-sync-service/postgres_change_listener.h"
#include "user-sync-service/postgres_copy_state.h"
#include "user-sync-service/postgres_run_lock.h"
#include "user-sync-service/postgres_user_repository.h"
#include "user-sync-service/profile_writer.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/upkeep.h"
#include "user-sync-service/user_rpc.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {
namespace {

namespace log = runtime::log;

// Workers for events, reads and lists, Clerk's fetchers, profile writers, the pin, a backfill, the upkeep, the change feed and
// the readiness probe can each hold a connection.
constexpr int kConnections = 16;
constexpr std::chrono::milliseconds kPingTimeout{500};
constexpr std::chrono::milliseconds kKeyCheckTimeout{2000};  // at start; after that it is checked in the background

// Everything that needs Clerk's Backend API. Null members without a secret key.
struct ClerkParts {
  std::unique_ptr<ClerkFetcher> fetcher;
  std::unique_ptr<ProfileWriter> profiles;
  std::unique_ptr<Backfill> backfill;
};

// Null without a secret key.
runtime::Result<std::unique_ptr<ClerkApi>> MakeClerkApi(const Config& config, std::stop_token cancel) {
  if (config.clerk_secret_key) {
    return ClerkApi::Create(*config.clerk_secret_key, config.clerk_api_url, std::move(cancel));
  }
  log::Warn("no CLERK_SECRET_KEY: no just-in-time fetch, profile write or backfill");
  return std::unique_ptr<ClerkApi>();
}

ClerkParts MakeClerkParts(ClerkApi* api, PostgresUserRepository& copy, CopyState& state, InstancePin& pin, RunLock& lock,
                          Metrics& metrics) {
  ClerkParts parts;
  if (api == nullptr) return parts;
  ClerkFetcher::Options fetching;
  fetching.believes_absence = [&pin] { return pin.BelievesAbsence(); };
  parts.fetcher = std::make_unique<ClerkFetcher>(*api, copy, metrics, std::move(fetching));
  parts.profiles = std::make_unique<ProfileWriter>(*api, *api, copy, pin, metrics, ProfileWriter::Options{});
  parts.backfill = std::make_unique<Backfill>(Backfill::Parts{*api, *api, copy, state, pin, lock, metrics});
  return parts;
}

runtime::Result<void> PrepareSchema(runtime::Database& database, PostgresUserRepository& repository, runtime::Deadline deadline) {
  if (const auto applied = runtime::Migrate(database, "users", Migrations(), deadline); !applied) {
    return tl::unexpected<runtime::Error>(applied.error());
  }
  const auto restamped = repository.RestampRestoredChanges(deadline);
  if (!restamped) return tl::unexpected<runtime::Error>(restamped.error());
  if (*restamped > 0) log::Warn("restored from another cluster: changes stamped anew", {{"users", *restamped}});
  return {};
}

// As the schema's owner; the service itself then runs as another role.
int MigrateOnly(const Config& config, runtime::ShutdownSignal& shutdown) {
  runtime::DatabaseOptions owner;
  owner.url = config.database_url;
  owner.application_name = "user-sync-service migrations";
  owner.connections = 1;
  return runtime::MigrateAndEnd({owner, "users", Migrations(), config.database_role}, shutdown);
}

int Run(const Config& config, runtime::ShutdownSignal& shutdown) {
  const auto registry = std::make_shared<prometheus::Registry>();
  runtime::DatabaseOptions database_options;
  database_options.url = config.database_url;
  database_options.application_name = "user-sync-service";
  database_options.connections = kConnections;
  database_options.session_settings = SessionSettings();
  database_options.metrics = registry.get();
  const auto database = runtime::Database::Create(database_options);
  if (!database) return runtime::StartFailure("USERS_DATABASE_URL cannot be used", database.error());

  Metrics metrics(*registry);
  PostgresUserRepository repository(**database);

  PostgresCopyState state(**database);
  PostgresRunLock backfill_lock(config.database_url);
  std::stop_source clerk_calls;  // stopped: nobody waits for Clerk any more
  const auto api = MakeClerkApi(config, clerk_calls.get_token());
  if (!api) return runtime::StartFailure("Clerk's settings cannot be used", api.error());
  ClerkApi* const clerk_api = api->get();
  std::atomic<int> exit_code{0};
  const auto give_up = [&](int code) {
    exit_code = code;
    kill(getpid(), SIGTERM);
  };
  // The copy belonged to nobody when the program began, as far as was seen. Whoever names an instance first must not be able to
  // end it; a 404 of that Clerk's is not believed from then on, and the next start ends with code 2.
  std::atomic<bool> began_unpinned{false};
  InstancePin pin(state, clerk_api, metrics, [&] {
    log::Error("CLERK_SECRET_KEY is of another Clerk instance than the one this database was filled from",
               {{"reason", reason::kInstanceMismatch}});
    if (!began_unpinned) give_up(2);
  });
  const auto clerk = MakeClerkParts(clerk_api, repository, state, pin, backfill_lock, metrics);
  UserService users(repository, clerk.fetcher.get(), metrics, UserService::Options{});
  ChangeFeed feed(repository, metrics, ChangeFeed::Options{});
  const PostgresChangeListener listener(config.database_url, [&feed] { feed.Wake(); });

  std::atomic<bool> serving{false};
  const auto rpc = MakeUserRpc({users, feed, pin, clerk.profiles.get(), clerk.backfill.get(), metrics, serving});
  runtime::GrpcServerOptions server_options;
  server_options.listen = config.listen;
  server_options.tls = config.common.tls;
  server_options.reflection = config.reflection;
  const auto server = runtime::GrpcServer::Start(server_options, {rpc.get()});
  if (!server) return runtime::StartFailure("cannot listen for gRPC", server.error());
  (*server)->SetServing(false);

  const auto admin = runtime::AdminServer::Start(config.admin_listen, registry, [&]() -> std::map<std::string, std::string> {
    if (!serving) return {{"database", "the schema is not ready"}};
    if (!(*database)->Ping(kPingTimeout)) return {{"database", "no connection"}};
    return {};
  });
  if (!admin) return runtime::StartFailure("cannot listen for the admin port", admin.error());

  // Begin once the schema is ready; they end before what they use.
  std::optional<InstanceCheck> instance_check;
  std::optional<Upkeep> upkeep;
  const auto serve = [&] {
    if (clerk_api != nullptr) {
      const auto judged = pin.JudgeKey(runtime::DeadlineAfter(kKeyCheckTimeout));
      if (!judged && judged.error().reason == reason::kInstanceMismatch) return;
      began_unpinned = !pin.HasPin();
      if (!judged || *judged == KeyStanding::kOpen) instance_check.emplace(pin, InstanceCheck::Options{});
    }
    upkeep.emplace(clerk_api, repository, state, clerk.backfill.get(), metrics,
                   Upkeep::Options{config.reconcile_interval, config.reconcile_delete});
    serving.store(true, std::memory_order_release);
    (*server)->SetServing(true);
    log::Info("serving", {{"listen", config.listen}});
  };
  const runtime::SchemaPreparation schema(
      [&](runtime::Deadline deadline) { return PrepareSchema(**database, repository, deadline); }, serve, [&] { give_up(1); });

  shutdown.Wait();
  log::Info("shutting down");
  (*admin)->SetShuttingDown();
  feed.Shutdown();
  if (clerk.backfill != nullptr) clerk.backfill->Shutdown();
  // Clerk may take longer than the grace to answer, and a backfill would wait for it.
  const std::jthread end_of_grace([&](const std::stop_token& drained) {
    runtime::Pause(drained, config.common.shutdown_grace);
    clerk_calls.request_stop();
  });
  (*server)->Drain(config.common.shutdown_grace);
  return exit_code;
}

}  // namespace
}  // namespace inkwell::users

int main(int argc, char** argv) {
  inkwell::runtime::Settings settings("user-sync-service", "Keeps the exact copy of the Clerk users.", argc, argv);
  const auto config = inkwell::users::ReadConfig(settings);
  if (const auto exit_code = settings.Finish()) return *exit_code;
  inkwell::runtime::log::Configure("user-sync-service", config.common.log_level, config.common.log_format);
  inkwell::runtime::ShutdownSignal shutdown;
  return config.migrate_only ? inkwell::users::MigrateOnly(config, shutdown) : inkwell::users::Run(config, shutdown);
}
