#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtime/health_probe.h"

namespace inkwell::gateway {

class KeyRefresher;

// Whether requests can be served. Thread-safe; never blocks, so it may be asked on the reactor thread.
class Readiness final {
 public:
  // `keys` must outlive this. The channels are shared with the stubs that call through them.
  Readiness(const KeyRefresher& keys, std::shared_ptr<grpc::Channel> users, std::shared_ptr<grpc::Channel> posts);

  // What is not ready, by name, and in which state it is instead; empty when all is.
  [[nodiscard]] std::map<std::string, std::string> Missing() const;

 private:
  const KeyRefresher& keys_;
  const runtime::HealthProbe users_;
  const runtime::HealthProbe posts_;
};

}  // namespace inkwell::gateway
