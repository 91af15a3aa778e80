#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <string>

#include "runtime/error.h"
#include "user-sync-service/metrics.h"

namespace inkwell::users {

// A gRPC call from its begin to its end, as the figures and the log have it. Small and copyable, because it travels with the
// call's answer. Thread-safe.
class CallRecord final {
 public:
  CallRecord(Metrics& metrics, Method method);

  // The call's `x-request-id` is known.
  void Identify(std::string request_id) { request_id_ = std::move(request_id); }

  // The call ends, once: counts it, and returns what the caller gets.
  [[nodiscard]] grpc::Status Succeed() const;
  [[nodiscard]] grpc::Status Fail(const runtime::Error& error) const;

  // Logs an error that is a defect of ours (INTERNAL) with the request id and all that is known of it.
  void LogDefect(const runtime::Error& error) const;

 private:
  Metrics* metrics_;
  Method method_;
  std::chrono::steady_clock::time_point began_;
  std::string request_id_;
};

// What a caller may see of an error: of a defect of ours no details.
[[nodiscard]] runtime::Error ForCaller(const runtime::Error& error);

}  // namespace inkwell::users
