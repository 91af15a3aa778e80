#pragma once

#include <chrono>

#include "runtime_db/database.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace inkwell::runtime {

// How busy a pool is. Without a registry it counts nothing. Thread-safe.
class PoolMetrics final {
 public:
  explicit PoolMetrics(prometheus::Registry* registry);

  void Leased(std::chrono::steady_clock::duration waited);
  void Returned();
  void BeginWaiting();
  void EndWaiting();

 private:
  // The registry's.
  prometheus::Gauge* in_use_ = nullptr;
  prometheus::Gauge* waiting_ = nullptr;
  prometheus::Counter* leases_ = nullptr;
  prometheus::Counter* waited_seconds_ = nullptr;
};

}  // namespace inkwell::runtime
