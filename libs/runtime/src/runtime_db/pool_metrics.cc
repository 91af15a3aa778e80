#include "pool_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace inkwell::runtime {

PoolMetrics::PoolMetrics(prometheus::Registry* registry) {
  if (registry == nullptr) return;
  const auto gauge = [registry](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(*registry).Add({});
  };
  const auto counter = [registry](const char* name, const char* help) {
    return &prometheus::BuildCounter().Name(name).Help(help).Register(*registry).Add({});
  };
  in_use_ = gauge("inkwell_database_connections_in_use", "Database connections that are leased");
  waiting_ = gauge("inkwell_database_leases_waiting", "Callers that wait for a database connection");
  leases_ = counter("inkwell_database_leases_total", "Database connections leased");
  waited_seconds_ = counter("inkwell_database_lease_wait_seconds_total", "Time waited for database connections");
}

void PoolMetrics::Leased(std::chrono::steady_clock::duration waited) {
  if (in_use_ == nullptr) return;
  in_use_->Increment();
  leases_->Increment();
  waited_seconds_->Increment(std::chrono::duration<double>(waited).count());
}

void PoolMetrics::Returned() {
  if (in_use_ != nullptr) in_use_->Decrement();
}

void PoolMetrics::BeginWaiting() {
  if (waiting_ != nullptr) waiting_->Increment();
}

void PoolMetrics::EndWaiting() {
  if (waiting_ != nullptr) waiting_->Decrement();
}

}  // namespace inkwell::runtime
