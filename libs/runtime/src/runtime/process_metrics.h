#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace inkwell::runtime {

// The process as Prometheus's conventions name it: CPU, resident memory, open descriptors and their limit, threads, start time.
// Read from /proc at each scrape. Thread-safe.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  ProcessMetrics();
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const double start_time_seconds_;
};

}  // namespace inkwell::runtime
