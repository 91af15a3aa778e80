#include "runtime/health_probe.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"

namespace inkwell::runtime {
namespace {

constexpr std::chrono::milliseconds kAnswerWithin{500};
constexpr std::chrono::milliseconds kPauseWhileServing{1000};
constexpr std::chrono::milliseconds kPauseOtherwise{100};

std::string Ask(grpc::health::v1::Health::Stub& health) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kAnswerWithin);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = health.Check(&context, {}, &response);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return "no answer in time";
  if (!status.ok()) return "no connection";
  return response.status() == grpc::health::v1::HealthCheckResponse::SERVING ? "" : "not serving";
}

}  // namespace

HealthProbe::HealthProbe(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

std::string HealthProbe::WhyNot() const {
  const std::lock_guard lock(mutex_);
  return why_not_;
}

void HealthProbe::Run(const std::stop_token& stop) {
  const auto health = grpc::health::v1::Health::NewStub(channel_);
  while (!stop.stop_requested()) {
    std::string why_not = Ask(*health);
    std::unique_lock lock(mutex_);
    why_not_ = std::move(why_not);
    stopped_.wait_for(lock, stop, why_not_.empty() ? kPauseWhileServing : kPauseOtherwise, [] { return false; });
  }
}

}  // namespace inkwell::runtime
