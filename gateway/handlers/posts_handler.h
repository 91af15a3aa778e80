#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "gateway/handlers/service_call.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {

// /api/posts: each request becomes one call of inkwell.posts.v1 on behalf of the signed-in user, who is also the author.
// Thread-safe.
class PostsHandler final {
 public:
  using Stub = posts::v1::PostService::StubInterface;
  using WallClock = std::function<std::chrono::system_clock::time_point()>;

  // Calls are made within the service's budget. `clock` gives the time in new posts' ids.
  PostsHandler(Service<Stub> posts, WallClock clock);

  void List(const RequestInfo& request, const runtime::Principal& user, Reply reply) const;
  void Create(const RequestInfo& request, const runtime::Principal& user, Reply reply) const;
  void Get(const RequestInfo& request, const runtime::Principal& user, Reply reply) const;
  void Update(const RequestInfo& request, const runtime::Principal& user, Reply reply) const;
  void Delete(const RequestInfo& request, const runtime::Principal& user, Reply reply) const;

 private:
  const ServiceClient<Stub> posts_;
  const WallClock clock_;
};

}  // namespace inkwell::gateway
