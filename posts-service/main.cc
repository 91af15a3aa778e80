#include <grpcpp/impl/codegen/service_type.h>
#include <prometheus/registry.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <optional>

#include "posts-service/author_admission.h"
#include "posts-service/authors_follower.h"
#include "posts-service/config.h"
#include "posts-service/grpc_user_directory.h"
#include "posts-service/housekeeping.h"
#include "posts-service/metrics.h"
#include "posts-service/migrations.h"
#include "posts-service/post_export.h"
#include "posts-service/post_reader.h"
#include "posts-service/post_rpc.h"
#include "posts-service/post_sql.h"
#include "posts-service/post_writer.h"
#include "posts-service/postgres_author_repository.h"
#include "posts-service/postgres_post_repository.h"
#include "runtime/admin_server.h"
#include "runtime/grpc_client.h"
#include "runtime/grpc_server.h"
#include "runtime/log.h"
#include "runtime/settings.h"
#include "runtime/shutdown.h"
#include "runtime/start_failure.h"
#include "runtime_db/database.h"
#include "runtime_db/migrator.h"
#include "runtime_db/schema_owner.h"
#include "runtime_db/schema_preparation.h"

namespace inkwell::posts {
namespace {

namespace log = runtime::log;

// Two writers, two readers, two for searches, one for heavy lists, exports, admission, follower, housekeeping and the readiness
// probe each hold one at a time.
constexpr int kConnections = 12;
constexpr std::chrono::milliseconds kPingTimeout{500};

Timestamp Now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

// As the schema's owner; the service itself then runs as another role.
int MigrateOnly(const Config& config, runtime::ShutdownSignal& shutdown) {
  runtime::DatabaseOptions owner;
  owner.url = config.database_url;
  owner.application_name = "posts-service migrations";
  owner.connections = 1;
  return runtime::MigrateAndEnd({owner, "posts", Migrations(), config.database_role}, shutdown);
}

int Run(const Config& config, runtime::ShutdownSignal& shutdown) {
  const auto registry = std::make_shared<prometheus::Registry>();
  runtime::DatabaseOptions database_options;
  database_options.url = config.database_url;
  database_options.application_name = "posts-service";
  database_options.connections = kConnections;
  database_options.session_settings = sql::SessionSettings();
  database_options.metrics = registry.get();
  const auto database = runtime::Database::Create(database_options);
  if (!database) return runtime::StartFailure("POSTS_DATABASE_URL cannot be used", database.error());

  Metrics metrics(*registry);
  PostgresPostRepository posts(**database);
  PostgresAuthorRepository authors(**database);
  GrpcUserDirectory users(runtime::MakeChannel(config.users_target, config.common.tls));
  AuthorAdmission admission(authors, users, metrics, AuthorAdmission::Options{});
  PostWriter writer(posts, admission, metrics, PostWriter::Options{});
  PostReader reader(posts, metrics, PostReader::Options{});
  PostExporter exporter(posts, metrics, PostExporter::Options{});

  std::atomic<bool> serving{false};
  const auto rpc = MakePostRpc(reader, exporter, writer, metrics, Now, serving);
  runtime::GrpcServerOptions server_options;
  server_options.listen = config.listen;
  server_options.tls = config.common.tls;
  server_options.reflection = config.reflection;
  const auto server = runtime::GrpcServer::Start(server_options, {rpc.get()});
  if (!server) return runtime::StartFailure("cannot listen for gRPC", server.error());
  (*server)->SetServing(false);

  // Not a word on user-sync-service: known authors are served while it is away.
  const auto admin = runtime::AdminServer::Start(config.admin_listen, registry, [&]() -> std::map<std::string, std::string> {
    if (!serving) return {{"database", "the schema is not ready"}};
    if (!(*database)->Ping(kPingTimeout)) return {{"database", "no connection"}};
    return {};
  });
  if (!admin) return runtime::StartFailure("cannot listen for the admin port", admin.error());

  std::optional<AuthorsFollower> follower;
  std::optional<Housekeeping> housekeeping;
  std::atomic<bool> schema_failed{false};
  std::optional<runtime::SchemaPreparation> schema;
  schema.emplace(
      [&](runtime::Deadline deadline) -> runtime::Result<void> {
        return runtime::Migrate(**database, "posts", Migrations(), deadline).map([](int) {});
      },
      [&] {
        follower.emplace(authors, users, metrics, Now, AuthorsFollower::Options{});
        housekeeping.emplace(
            authors, posts, users, [&follower] { return follower->caught_up(); }, Now, Housekeeping::Options{});
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
  schema.reset();
  (*server)->Drain(config.common.shutdown_grace);
  return schema_failed ? 1 : 0;
}

}  // namespace
}  // namespace inkwell::posts

int main(int argc, char** argv) {
  inkwell::runtime::Settings settings("posts-service", "Owns the posts, and the authors that may write them.", argc, argv);
  const auto config = inkwell::posts::ReadConfig(settings);
  if (const auto exit_code = settings.Finish()) return *exit_code;
  inkwell::runtime::log::Configure("posts-service", config.common.log_level, config.common.log_format);
  inkwell::runtime::ShutdownSignal shutdown;
  return config.migrate_only ? inkwell::posts::MigrateOnly(config, shutdown) : inkwell::posts::Run(config, shutdown);
}
