#pragma once

#include <prometheus/registry.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace inkwell::testing {

// The value of a counter or a gauge that has these labels, among others perhaps; NaN if there is none.
inline double MetricValue(const prometheus::Registry& registry, const std::string& name,
                          const std::map<std::string, std::string>& labels = {}) {
  for (const auto& family : registry.Collect()) {
    if (family.name != name) continue;
    for (const auto& metric : family.metric) {
      const bool is_it = std::all_of(labels.begin(), labels.end(), [&](const auto& wanted) {
        return std::any_of(metric.label.begin(), metric.label.end(), [&](const prometheus::ClientMetric::Label& label) {
          return label.name == wanted.first && label.value == wanted.second;
        });
      });
      if (is_it) return family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value;
    }
  }
  return std::nan("");
}

}  // namespace inkwell::testing
