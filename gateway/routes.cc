#include "gateway/routes.h"

#include <cstddef>
#include <utility>

#include "gateway/auth/session_authenticator.h"
#include "gateway/handlers/clerk_proxy.h"
#include "gateway/handlers/export_handler.h"
#include "gateway/handlers/health_handler.h"
#include "gateway/handlers/instance_guard.h"
#include "gateway/handlers/me_handler.h"
#include "gateway/handlers/page_handler.h"
#include "gateway/handlers/posts_handler.h"
#include "gateway/handlers/published_handler.h"
#include "gateway/handlers/webhook_handler.h"
#include "gateway/limits/rate_limits.h"
#include "gateway/readiness.h"

namespace inkwell::gateway {
namespace {

// 100,000 characters of content, each written as two \u escapes, and a title.
constexpr std::size_t kPostBodyLimit = 1'300'000;
// Svix's own limit for a message is below this.
constexpr std::size_t kWebhookBodyLimit = std::size_t{1024} * 1024;
constexpr std::size_t kClerkBodyLimit = std::size_t{256} * 1024;

// Adapters from a method to a route's handler: `handler` outlives the table.
template <typename Handler>
RouteHandler Public(const Handler& handler, void (Handler::*method)(const RequestInfo&, Reply) const) {
  return [&handler, method](const httplib::Request&, const RequestInfo& request, Reply reply) {
    (handler.*method)(request, std::move(reply));
  };
}

// `User` is SessionUser, or what a handler wants to know of it.
template <typename Handler, typename User>
SessionHandler Bind(const Handler& handler, void (Handler::*method)(const RequestInfo&, const User&, Reply) const) {
  return [&handler, method](const RequestInfo& request, const SessionUser& user, Reply reply) {
    (handler.*method)(request, user, std::move(reply));
  };
}

}  // namespace

RouteTable MakeRoutes(const Handlers& handlers) {
  const auto& [sessions, instance, posts, me, exports, published, webhook, page, readiness, clerk_proxy, limits] = handlers;
  const auto admitted = [&guard = instance, &rate = limits](SessionHandler handler) {
    return rate.Guard(guard.Guard(std::move(handler)));
  };
  const auto session = [&authenticator = sessions, &admitted](SessionHandler handler) {
    return authenticator.Guard(admitted(std::move(handler)));
  };
  const RouteHandler asset = Public(page, &PageHandler::Asset);
  const RouteHandler proxy = Public(clerk_proxy, &ClerkProxy::Forward);
  const RouteHandler app = Public(page, &PageHandler::App);
  const RouteHandler live = [](const httplib::Request&, const RequestInfo&, Reply reply) {
    std::move(reply).Send(LiveResponse());
  };
  const RouteHandler ready = [&state = readiness](const httplib::Request&, const RequestInfo&, Reply reply) {
    std::move(reply).Send(ReadyResponse(state.Missing()));
  };

  return {
      {"GET", "/api/posts", session(Bind(posts, &PostsHandler::List))},
      {"POST", "/api/posts", session(Bind(posts, &PostsHandler::Create)), kPostBodyLimit},
      {"GET", "/api/posts/{id}", session(Bind(posts, &PostsHandler::Get))},
      {"PATCH", "/api/posts/{id}", session(Bind(posts, &PostsHandler::Update)), kPostBodyLimit},
      {"DELETE", "/api/posts/{id}", session(Bind(posts, &PostsHandler::Delete))},
      {"GET", "/api/me", session(Bind(me, &MeHandler::Get))},
      {"PATCH", "/api/me", session(Bind(me, &MeHandler::Update))},
      {"DELETE", "/api/me", session(Bind(me, &MeHandler::Delete))},
      {"GET", "/api/me/export", session(Bind(exports, &ExportHandler::Export))},
      {"POST", "/api/me/tokens/{template}", session(Bind(me, &MeHandler::CreateToken))},
      {"GET", "/api/users/{authorId}/posts", Public(published, &PublishedHandler::List)},
      {"GET", "/u/{authorId}", Public(published, &PublishedHandler::Page)},
      {"GET", "/u/{authorId}/feed.atom", Public(published, &PublishedHandler::Feed)},
      {"POST", "/api/webhooks/clerk", Public(webhook, &WebhookHandler::Receive), kWebhookBodyLimit},
      {"GET", "/livez", live},
      {"GET", "/readyz", ready},
      {"GET", "/openapi.json", asset},
      {"GET", "/config.json", Public(page, &PageHandler::Settings)},
      {"GET", "/", app},
      {"GET", "/account", app},
      {"GET", "/account/export", sessions.GuardPage(admitted(Bind(exports, &ExportHandler::Export)))},
      {"GET", "/sign-in", app},
      {"GET", "/sign-in/{rest...}", app},
      {"GET", "/sign-up", app},
      {"GET", "/sign-up/{rest...}", app},
      {"GET", "/app.css", asset},
      {"GET", "/favicon.svg", asset},
      {"GET", "/js/{file}", asset},
      {"GET", "/parts/{file}", asset},
      {"GET", "/__clerk/{path...}", proxy},
      {"POST", "/__clerk/{path...}", proxy, kClerkBodyLimit},
  };
}

}  // namespace inkwell::gateway
