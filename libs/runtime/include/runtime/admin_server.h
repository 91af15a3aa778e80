#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "runtime/error.h"

namespace prometheus {
class Registry;
}

namespace inkwell::runtime {

// What is not ready, by name ("database": "no connection"). Empty: ready.
using ReadinessProbe = std::function<std::map<std::string, std::string>()>;

// The internal port: GET /livez, /readyz (503 and the names of what is missing), /metrics (Prometheus text). Never exposed
// outside. Thread-safe; the probe is called from the server's threads and must not block for long.
class AdminServer final {
 public:
  [[nodiscard]] static Result<std::unique_ptr<AdminServer>> Start(const std::string& listen,
                                                                  std::shared_ptr<prometheus::Registry> metrics,
                                                                  ReadinessProbe probe);
  ~AdminServer();

  [[nodiscard]] int port() const;
  // From now on /readyz answers 503 "shutting down": load balancers stop sending.
  void SetShuttingDown();

 private:
  struct State;
  explicit AdminServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inkwell::runtime
