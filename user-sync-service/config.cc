#include "user-sync-service/config.h"

#include <string_view>

namespace inkwell::users {

Config ReadConfig(runtime::Settings& settings) {
  Config config;
  config.common = runtime::ReadCommonSettings(settings);
  config.listen = settings.Address("USERS_LISTEN", "127.0.0.1:50051", "gRPC address, host:port or unix:/path");
  config.admin_listen = settings.Address("USERS_ADMIN_LISTEN", "127.0.0.1:9301", "Address of /livez, /readyz and /metrics");
  config.database_url = settings.RequiredSecret("USERS_DATABASE_URL", "PostgreSQL URL; the program keeps to the schema users");
  config.migrate_only = settings.Bool(
      "MIGRATE_ONLY", false, "Bring the schema up to date and end; then the service's own role needs no right to change it");
  config.database_role = settings.String("USERS_DATABASE_ROLE", "",
                                         "With MIGRATE_ONLY: the role of the service, which gets the use of the schema's rows");
  config.clerk_secret_key = settings.Secret(
      "CLERK_SECRET_KEY", "Clerk's secret key, sk_…; without it no just-in-time fetch, profile write or backfill");
  config.clerk_api_url = settings.String("CLERK_API_URL", "https://api.clerk.com", "Where Clerk's Backend API is");
  using std::chrono::hours;
  config.reconcile_interval = settings.Duration("RECONCILE_INTERVAL", hours(24), hours(0), hours(24 * 90),
                                                "How often the copy is compared with Clerk's users; 0s: never");
  config.reconcile_delete = settings.Bool("RECONCILE_DELETE", false,
                                          "Delete users that Clerk confirms to be gone, at most 5 %; otherwise only count them");
  // An instance with real users does not describe its interface to whoever can reach it, unless told to.
  const bool live = config.clerk_secret_key && config.clerk_secret_key->starts_with("sk_live_");
  config.reflection = settings.Bool("GRPC_REFLECTION", !live, "gRPC reflection, for grpcurl; off by default with a live key");

  const bool https = config.clerk_api_url.starts_with("https://");
  if (!https && !config.clerk_api_url.starts_with("http://")) {
    settings.Problem("CLERK_API_URL must begin with https:// or http://");
  } else if (live && !https) {
    settings.Problem("CLERK_API_URL must begin with https:// when CLERK_SECRET_KEY is a live key");
  }
  return config;
}

}  // namespace inkwell::users
