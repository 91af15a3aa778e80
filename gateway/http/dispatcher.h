#pragma once

#include <memory>
#include <string>

#include "gateway/http/route.h"
#include "runtime/error.h"

namespace inkwell::gateway {

// Finds the route of a request and calls its handler, with httplib as the router. Not thread-safe: one per reactor.
class Dispatcher final {
 public:
  // Fails with INVALID_ARGUMENT for a method or pattern that cannot be served. `routes` must outlive the dispatcher.
  [[nodiscard]] static runtime::Result<std::unique_ptr<Dispatcher>> Create(const RouteTable& routes);
  ~Dispatcher();

  // The route's handler got the reply, or the reply was answered 404 or 405. `record` is complete; its route and parameters are
  // filled in.
  void Dispatch(const std::shared_ptr<RequestRecord>& record, Reply reply);
  // The route that Dispatch would choose; null when there is none. For limits that must be known before the body is read.
  [[nodiscard]] const Route* Find(const RequestRecord& record);
  // The answer for a request without route: 404, or 405 with Allow when the path exists for other methods. OPTIONS gets 204.
  [[nodiscard]] Response NoRoute(const RequestRecord& record);

 private:
  class Router;
  explicit Dispatcher(std::unique_ptr<Router> router);
  std::unique_ptr<Router> router_;
};

}  // namespace inkwell::gateway
