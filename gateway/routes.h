#pragma once

#include "gateway/http/route.h"

namespace inkwell::gateway {

class ClerkProxy;
class MeHandler;
class PageHandler;
class PostsHandler;
class Readiness;
class SessionAuthenticator;
class WebhookHandler;

// What answers the routes. All must outlive the table.
struct Handlers {
  SessionAuthenticator& sessions;
  const PostsHandler& posts;
  const MeHandler& me;
  const WebhookHandler& webhook;
  const PageHandler& page;
  const Readiness& readiness;
  ClerkProxy& clerk_proxy;
};

// The whole HTTP API. openapi.json describes the same routes; a test compares the two.
[[nodiscard]] RouteTable MakeRoutes(const Handlers& handlers);

}  // namespace inkwell::gateway
