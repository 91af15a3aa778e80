#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "gateway/http/route.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
template <typename T>
class Family;
}  // namespace prometheus

namespace inkwell::gateway {

// gateway_http_requests_total{method,route,status}, gateway_http_request_duration_seconds{method,route},
// gateway_http_open_connections, gateway_http_rejected_total{reason}. Labels are bounded: patterns, status classes and constant
// reasons. Thread-safe.
class EdgeMetrics final {
 public:
  EdgeMetrics(prometheus::Registry& registry, const RouteTable& routes);

  // `route` is null for requests that matched none.
  void Answered(const Route* route, int status, std::chrono::steady_clock::duration took);
  void Rejected(std::string_view reason);
  void ConnectionOpened();
  void ConnectionClosed();

 private:
  static constexpr std::size_t kStatusClasses = 4;  // 2xx to 5xx
  struct RouteMetrics {
    std::vector<prometheus::Counter*> by_class;
    prometheus::Histogram* duration = nullptr;
  };

  const RouteTable& routes_;
  prometheus::Family<prometheus::Counter>& rejected_;
  prometheus::Gauge& open_;
  std::vector<RouteMetrics> by_route_;  // the last one is for no route
};

}  // namespace inkwell::gateway
