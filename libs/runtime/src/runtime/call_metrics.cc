#include "runtime/call_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <vector>

namespace inkwell::runtime {
namespace {

constexpr std::size_t kCodes = 17;  // gRPC's, with OK

}  // namespace

struct CallMetrics::Series {
  struct OfMethod {
    std::array<prometheus::Counter*, kCodes> calls{};
    prometheus::Histogram* seconds = nullptr;
  };
  std::vector<OfMethod> methods;
};

CallMetrics::CallMetrics(prometheus::Registry& registry, const std::string& service, std::span<const char* const> methods)
    : series_(std::make_unique<Series>()) {
  auto& calls =
      prometheus::BuildCounter().Name("inkwell_" + service + "_calls_total").Help("gRPC calls answered").Register(registry);
  auto& seconds = prometheus::BuildHistogram()
                      .Name("inkwell_" + service + "_call_seconds")
                      .Help("From a gRPC call to its answer")
                      .Register(registry);
  for (const char* const method : methods) {
    Series::OfMethod& of_method = series_->methods.emplace_back();
    for (std::size_t code = 0; code < kCodes; ++code) {
      const std::string name(code == 0 ? "OK" : CodeName(static_cast<Code>(code)));
      of_method.calls.at(code) = &calls.Add({{"method", method}, {"code", name}});
    }
    of_method.seconds = &seconds.Add(
        {{"method", method}},
        prometheus::Histogram::BucketBoundaries{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5});
  }
}

CallMetrics::~CallMetrics() = default;

void CallMetrics::Count(std::size_t method, std::optional<Code> code, std::chrono::steady_clock::duration took) {
  const Series::OfMethod& of_method = series_->methods.at(method);
  of_method.calls.at(code ? static_cast<std::size_t>(*code) : 0)->Increment();
  of_method.seconds->Observe(std::chrono::duration<double>(took).count());
}

}  // namespace inkwell::runtime
