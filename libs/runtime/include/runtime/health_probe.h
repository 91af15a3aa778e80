#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace grpc {
class Channel;
}

namespace inkwell::runtime {

// Asks a gRPC server again and again how it is (grpc.health.v1), from a thread of its own: every second while it serves, more
// often while it does not, so that a restarted server is noticed soon. Asking also keeps the channel connected: gRPC 1.51
// connects a channel that nobody calls through only every few seconds. Thread-safe.
class HealthProbe final {
 public:
  explicit HealthProbe(std::shared_ptr<grpc::Channel> channel);
  // Waits for the question under way, at most half a second.
  ~HealthProbe() = default;
  HealthProbe(const HealthProbe&) = delete;
  HealthProbe& operator=(const HealthProbe&) = delete;

  // Why the server cannot be used: "no connection", "not serving", "no answer in time"; empty when it serves. Never blocks.
  [[nodiscard]] std::string WhyNot() const;

 private:
  void Run(const std::stop_token& stop);

  const std::shared_ptr<grpc::Channel> channel_;
  mutable std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::string why_not_ = "not asked yet";
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace inkwell::runtime
