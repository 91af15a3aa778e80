#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <memory>

#include "runtime/admin_server.h"
#include "runtime/grpc_server.h"
#include "runtime/log.h"
#include "runtime/settings.h"
#include "runtime/shutdown.h"
#include "runtime_db/database.h"
#include "runtime_db/migrator.h"
#include "runtime_db/schema_preparation.h"
#include "user-sync-service/change_feed.h"
#include "user-sync-service/clerk_api_users.h"
#include "user-sync-service/clerk_fetcher.h"
#include "user-sync-service/config.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/migrations.h"
#include "user-sync-service/postgres_change_listener.h"
#include "user-sync-service/postgres_user_repository.h"
#include "user-sync-service/user_rpc.h"
#include "user-sync-service/user_service.h"

namespace inkwell::users {
namespace {

namespace log = runtime::log;

// Workers for events, reads and lists, Clerk's fetchers, the change feed and the readiness probe can each hold a connection.
constexpr int kConnections = 10;
constexpr std::chrono::milliseconds kPingTimeout{500};

int Complain(std::string_view what, const runtime::Error& error) {
  log::Error(what, {{"reason", error.reason}, {"detail", error.message}});
  return error.code == runtime::Code::kInvalidArgument ? 2 : 1;
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

int Run(const Config& config, runtime::ShutdownSignal& shutdown) {
  runtime::DatabaseOptions database_options;
  database_options.url = config.database_url;
  database_options.application_name = "user-sync-service";
  database_options.connections = kConnections;
  const auto database = runtime::Database::Create(database_options);
  if (!database) return Complain("USERS_DATABASE_URL cannot be used", database.error());

  const auto registry = std::make_shared<prometheus::Registry>();
  Metrics metrics(*registry);
  PostgresUserRepository repository(**database);

  std::unique_ptr<ClerkApiUsers> clerk;
  std::unique_ptr<ClerkFetcher> fetcher;
  if (config.clerk_secret_key) {
    auto created = ClerkApiUsers::Create(*config.clerk_secret_key, config.clerk_api_url);
    if (!created) return Complain("Clerk's settings cannot be used", created.error());
    clerk = *std::move(created);
    fetcher = std::make_unique<ClerkFetcher>(*clerk, repository, metrics, ClerkFetcher::Options{});
  } else {
    log::Warn("no CLERK_SECRET_KEY: users are not fetched just in time");
  }
  UserService users(repository, fetcher.get(), metrics, UserService::Options{});
  ChangeFeed feed(repository, metrics, ChangeFeed::Options{});
  const PostgresChangeListener listener(config.database_url, [&feed] { feed.Wake(); });

  std::atomic<bool> serving{false};
  const auto rpc = MakeUserRpc(users, feed, serving);
  runtime::GrpcServerOptions server_options;
  server_options.listen = config.listen;
  server_options.tls = config.common.tls;
  server_options.reflection = config.reflection;
  const auto server = runtime::GrpcServer::Start(server_options, {rpc.get()});
  if (!server) return Complain("cannot listen for gRPC", server.error());
  (*server)->SetServing(false);

  const auto admin = runtime::AdminServer::Start(config.admin_listen, registry, [&]() -> std::map<std::string, std::string> {
    if (!serving) return {{"database", "the schema is not ready"}};
    if (!(*database)->Ping(kPingTimeout)) return {{"database", "no connection"}};
    return {};
  });
  if (!admin) return Complain("cannot listen for the admin port", admin.error());

  std::atomic<bool> schema_failed{false};
  const runtime::SchemaPreparation schema(
      [&](runtime::Deadline deadline) { return PrepareSchema(**database, repository, deadline); },
      [&] {
        serving.store(true, std::memory_order_release);
        (*server)->SetServing(true);
        log::Info("serving", {{"listen", config.listen}});
      },
      [&] {
        schema_failed = true;
        kill(getpid(), SIGTERM);
      });

  shutdown.Wait();
  log::Info("shutting down");
  (*admin)->SetShuttingDown();
  feed.Shutdown();
  (*server)->Drain(config.common.shutdown_grace);
  return schema_failed ? 1 : 0;
}

}  // namespace
}  // namespace inkwell::users

int main(int argc, char** argv) {
  inkwell::runtime::Settings settings("user-sync-service", "Keeps the exact copy of the Clerk users.", argc, argv);
  const auto config = inkwell::users::ReadConfig(settings);
  if (const auto exit_code = settings.Finish()) return *exit_code;
  inkwell::runtime::log::Configure("user-sync-service", config.common.log_level, config.common.log_format);
  inkwell::runtime::ShutdownSignal shutdown;
  return inkwell::users::Run(config, shutdown);
}
