#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "runtime/error.h"

namespace prometheus {
class Registry;
}

namespace inkwell::runtime {

// How the calls of a gRPC service end and how long they take: `inkwell_<service>_calls_total{method,code}` and
// `inkwell_<service>_call_seconds{method}`. All series are there from the start, so that a rate over them has no hole.
// Thread-safe; a count is a few atomic operations. The registry must outlive it.
class CallMetrics final {
 public:
  CallMetrics(prometheus::Registry& registry, const std::string& service, std::span<const char* const> methods);
  ~CallMetrics();

  // A call of `methods[method]` ended; `code` absent: OK.
  void Count(std::size_t method, std::optional<Code> code, std::chrono::steady_clock::duration took);

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace inkwell::runtime
