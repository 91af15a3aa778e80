#include "gateway/http/edge_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <string>

namespace inkwell::gateway {
namespace {

const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                                  0.1,    0.25,  0.5,    1,     2.5,  5};
  return buckets;
}

}  // namespace

EdgeMetrics::EdgeMetrics(prometheus::Registry& registry, const RouteTable& routes)
    : routes_(routes),
      rejected_(prometheus::BuildCounter()
                    .Name("gateway_http_rejected_total")
                    .Help("Requests and connections that the edge refused or cut, by reason")
                    .Register(registry)),
      open_(prometheus::BuildGauge()
                .Name("gateway_http_open_connections")
                .Help("Client connections that are open")
                .Register(registry)
                .Add({})) {
  auto& requests = prometheus::BuildCounter()
                       .Name("gateway_http_requests_total")
                       .Help("Requests answered, by route pattern and status class")
                       .Register(registry);
  auto& durations = prometheus::BuildHistogram()
                        .Name("gateway_http_request_duration_seconds")
                        .Help("From the end of the request head to the answer, by route pattern")
                        .Register(registry);
  const auto add = [&](const std::string& method, const std::string& route) {
    RouteMetrics metrics;
    for (std::size_t i = 0; i < kStatusClasses; ++i) {
      metrics.by_class.push_back(&requests.Add({{"method", method}, {"route", route}, {"status", std::to_string(i + 2) + "xx"}}));
    }
    metrics.duration = &durations.Add({{"method", method}, {"route", route}}, Buckets());
    by_route_.push_back(std::move(metrics));
  };
  for (const Route& route : routes) add(route.method, route.pattern);
  add("any", "none");
}

void EdgeMetrics::Answered(const Route* route, int status, std::chrono::steady_clock::duration took) {
  const std::size_t index = route != nullptr ? static_cast<std::size_t>(route - routes_.data()) : routes_.size();
  const RouteMetrics& metrics = by_route_[index];
  metrics.by_class[static_cast<std::size_t>(std::clamp(status / 100, 2, 5) - 2)]->Increment();
  metrics.duration->Observe(std::chrono::duration<double>(took).count());
}

void EdgeMetrics::Rejected(std::string_view reason) { rejected_.Add({{"reason", std::string(reason)}}).Increment(); }
void EdgeMetrics::ConnectionOpened() { open_.Increment(); }
void EdgeMetrics::ConnectionClosed() { open_.Decrement(); }

}  // namespace inkwell::gateway
