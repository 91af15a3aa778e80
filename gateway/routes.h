#pragma once

#include "gateway/http/route.h"

namespace inkwell::gateway {

class ClerkProxy;
class ExportHandler;
class InstanceGuard;
class MeHandler;
class PageHandler;
class PostsHandler;
class PublishedHandler;
class RateLimits;
class Readiness;
class SessionAuthenticator;
class WebhookHandler;

// What answers the routes. All must outlive the table.
struct Handlers {
  SessionAuthenticator& sessions;
  InstanceGuard& instance;
  const PostsHandler& posts;
  const MeHandler& me;
  const ExportHandler& exports;
  const PublishedHandler& published;
  const WebhookHandler& webhook;
  const PageHandler& page;
  const Readiness& readiness;
  const ClerkProxy& clerk_proxy;
  RateLimits& limits;
};

// The whole HTTP API. openapi.json describes the same routes; a test compares the two.
[[nodiscard]] RouteTable MakeRoutes(const Handlers& handlers);

}  // namespace inkwell::gateway
