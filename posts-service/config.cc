#include "posts-service/config.h"

namespace inkwell::posts {

Config ReadConfig(runtime::Settings& settings) {
  Config config;
  config.common = runtime::ReadCommonSettings(settings);
  config.listen = settings.Address("POSTS_LISTEN", "127.0.0.1:50052", "gRPC address, host:port or unix:/path");
  config.admin_listen = settings.Address("POSTS_ADMIN_LISTEN", "127.0.0.1:9302", "Address of /livez, /readyz and /metrics");
  config.database_url = settings.RequiredSecret("POSTS_DATABASE_URL", "PostgreSQL URL; the program keeps to the schema posts");
  config.migrate_only = settings.Bool(
      "MIGRATE_ONLY", false, "Bring the schema up to date and end; then the service's own role needs no right to change it");
  config.database_role = settings.String("POSTS_DATABASE_ROLE", "",
                                         "With MIGRATE_ONLY: the role of the service, which gets the use of the schema's rows");
  config.users_target =
      settings.String("USERS_TARGET", "127.0.0.1:50051", "user-sync-service: host:port, dns:///name:port or unix:/path");
  // Encryption between the processes is the sign of production: there the interface is described to nobody unless asked for.
  config.reflection =
      settings.Bool("GRPC_REFLECTION", !config.common.tls.enabled(), "gRPC reflection, for grpcurl; off by default with TLS");
  return config;
}

}  // namespace inkwell::posts
