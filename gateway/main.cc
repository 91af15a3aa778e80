#include <grpcpp/channel.h>
#include <malloc.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "clerk/request_authenticator.h"
#include "clerk/webhook_verifier.h"
#include "gateway/auth/key_refresher.h"
#include "gateway/auth/session_authenticator.h"
#include "gateway/config.h"
#include "gateway/handlers/call_budget.h"
#include "gateway/handlers/clerk_proxy.h"
#include "gateway/handlers/export_handler.h"
#include "gateway/handlers/instance_guard.h"
#include "gateway/handlers/me_handler.h"
#include "gateway/handlers/page_handler.h"
#include "gateway/handlers/posts_handler.h"
#include "gateway/handlers/published_handler.h"
#include "gateway/handlers/webhook_handler.h"
#include "gateway/http/edge_server.h"
#include "gateway/limits/rate_limits.h"
#include "gateway/readiness.h"
#include "gateway/routes.h"
#include "gateway/web_files.h"
#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/admin_server.h"
#include "runtime/deadline.h"
#include "runtime/grpc_client.h"
#include "runtime/log.h"
#include "runtime/shutdown.h"
#include "runtime/start_failure.h"

namespace inkwell::gateway {
namespace {

constexpr int kExitConfiguration = 2;
constexpr int kArenas = 2;

int Refuse(std::string_view what, std::string_view why) {
  runtime::log::Error(what, {{"why", why}});
  return kExitConfiguration;
}

clerk::AuthenticateRequestOptions ClerkOptions(const Config& config) {
  clerk::AuthenticateRequestOptions options;
  options.publishable_key = config.publishable_key->text();
  options.without_secret_key = true;  // user-sync-service alone holds it
  if (!config.clerk_upstream.empty()) options.proxy_url = "/__clerk";
  options.jwt_key = config.jwt_key;
  if (config.jwt_key.empty()) {
    clerk::RemoteJwks remote;
    remote.url = config.JwksUrl();
    // A request may wait for a fetch: it has to end within the request's own time.
    remote.attempt_timeout = config.request_timeout / 3;
    remote.max_attempts = 2;
    // Signed-in users outlive an outage of Clerk's.
    remote.outage_grace = std::chrono::hours(1);
    options.remote_jwks = std::move(remote);
  }
  options.issuer = config.issuers;
  options.authorized_parties = config.authorized_parties;
  options.audience = config.audiences;
  return options;
}

EdgeOptions EdgeOptionsOf(const Config& config, RateLimits& limits) {
  EdgeOptions options;
  options.address = config.listen_host;
  options.port = config.listen_port;
  options.request_timeout = config.request_timeout;
  options.https_only = config.public_url.starts_with("https://");
  options.max_connections = config.max_connections;
  options.max_connections_per_address = config.max_connections_per_address;
  options.screen = limits.Screen();
  if (!config.trusted_proxies.empty()) {
    options.identify = [&proxies = config.trusted_proxies](RequestRecord& record) { proxies.Identify(record); };
  }
  return options;
}

// The parts, in the order in which each needs those above it. Destruction in reverse order is the shutdown.
int Run(const Config& config, runtime::ShutdownSignal& shutdown) {
  const auto metrics = std::make_shared<prometheus::Registry>();
  const auto clock = [] { return std::chrono::system_clock::now(); };

  auto authenticator = clerk::RequestAuthenticator::Create(ClerkOptions(config));
  if (!authenticator) return Refuse("The Clerk settings cannot be used", authenticator.error().message);
  auto webhooks = clerk::WebhookVerifier::Create({.secrets = config.webhook_secrets});
  if (!webhooks) return Refuse("CLERK_WEBHOOK_SIGNING_SECRET cannot be used", webhooks.error().message);
  const KeyRefresher keys(*authenticator);

  const auto users_channel = runtime::MakeChannel(config.users_target, config.common.tls);
  const auto posts_channel = runtime::MakeChannel(config.posts_target, config.common.tls);
  const CallBudgetOptions budget{.max_in_flight = config.max_calls_per_service};
  const Service<MeHandler::Stub> users(users::v1::UserService::NewStub(users_channel), std::make_shared<CallBudget>(budget));
  const Service<PostsHandler::Stub> posts(posts::v1::PostService::NewStub(posts_channel), std::make_shared<CallBudget>(budget));
  // Exports are long; they have as many places as posts-service gives them, and take none from the requests of the API.
  const Service<PostsHandler::Stub> exports(posts.stub, std::make_shared<CallBudget>(CallBudgetOptions{.max_in_flight = 64}));
  const Readiness readiness(keys, users_channel, posts_channel);

  const PostsHandler posts_handler(posts, clock);
  const MeHandler me_handler(users);
  const ExportHandler export_handler(users, exports, clock);
  const PublishedHandler published_handler(users, posts, config.public_url);
  const WebhookHandler webhook_handler(*std::move(webhooks), users, {.capacity = config.max_calls_per_service}, metrics);
  const PageHandler page(WebFiles(), {config.publishable_key->text(), config.UsesEmulator(), config.publishable_key->host()});
  const auto steady_clock = [] { return std::chrono::steady_clock::now(); };
  InstanceGuard instance(users, steady_clock);
  RateLimits limits(config.rate_limits, steady_clock, metrics);
  // After the handlers: requests that still wait for a key when it ends are handed to them.
  SessionAuthenticator sessions(*authenticator, config.authorized_parties, config.public_url, metrics);
  std::unique_ptr<ClerkUpstream> upstream;
  if (!config.clerk_upstream.empty()) {
    auto made = MakeClerkUpstream(config.clerk_upstream);
    if (!made) return Refuse("CLERK_FAPI_URL cannot be used", made.error().message);
    upstream = *std::move(made);
  }
  const ClerkProxy clerk_proxy({config.clerk_upstream, config.public_url, config.UsesEmulator()}, std::move(upstream));
  RouteTable routes = MakeRoutes({sessions, instance, posts_handler, me_handler, export_handler, published_handler,
                                  webhook_handler, page, readiness, clerk_proxy, limits});

  auto admin = runtime::AdminServer::Start(config.admin_listen, metrics, [&readiness] { return readiness.Missing(); });
  if (!admin) return runtime::StartFailure("The admin port cannot be served", admin.error());
  auto edge = EdgeServer::Create(EdgeOptionsOf(config, limits), std::move(routes), *metrics);
  if (!edge) return runtime::StartFailure("The HTTP edge cannot be made", edge.error());
  if (auto started = (*edge)->Start(); !started) return runtime::StartFailure("The HTTP port cannot be served", started.error());

  runtime::log::Info(
      "Serving",
      {{"address", config.listen_host}, {"port", static_cast<int>((*edge)->port())}, {"admin_port", (*admin)->port()}});
  if (config.UsesEmulator()) {
    runtime::log::Warn("Clerk is an emulator: anybody who reaches this port can sign in as anybody",
                       {{"upstream", config.clerk_upstream}});
  }
  const int signal = shutdown.Wait();
  runtime::log::Info("Draining", {{"signal", signal}});
  (*admin)->SetShuttingDown();
  if (!(*edge)->Drain(runtime::DeadlineAfter(config.common.shutdown_grace))) {
    runtime::log::Warn("Requests were cut off: SHUTDOWN_GRACE was over");
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace inkwell::gateway

int main(int argc, char** argv) {
  // Answers of megabytes pass through gRPC's threads. glibc would keep their memory in up to eight arenas per core (mallopt(3),
  // ADR 33).
  ::mallopt(M_ARENA_MAX, inkwell::gateway::kArenas);  // NOLINT(concurrency-mt-unsafe): no other thread yet
  inkwell::gateway::Config config;
  if (const auto exit_code = inkwell::gateway::ReadConfig(argc, argv, config)) return *exit_code;
  inkwell::runtime::log::Configure("gateway", config.common.log_level, config.common.log_format);
  inkwell::runtime::ShutdownSignal shutdown;
  return inkwell::gateway::Run(config, shutdown);
}
