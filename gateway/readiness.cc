#include "gateway/readiness.h"

#include <grpcpp/channel.h>

#include <utility>

#include "gateway/auth/key_refresher.h"

namespace inkwell::gateway {
namespace {

// Empty: connected.
std::string WhyNotConnected(grpc::Channel& channel) {
  switch (channel.GetState(/*try_to_connect=*/true)) {
    case GRPC_CHANNEL_READY:
      return "";
    case GRPC_CHANNEL_IDLE:
    case GRPC_CHANNEL_CONNECTING:
      return "connecting";
    case GRPC_CHANNEL_TRANSIENT_FAILURE:
      return "no connection";
    case GRPC_CHANNEL_SHUTDOWN:
      return "shut down";
  }
  return "unknown";
}

}  // namespace

Readiness::Readiness(const KeyRefresher& keys, std::shared_ptr<grpc::Channel> users, std::shared_ptr<grpc::Channel> posts)
    : keys_(keys), users_(std::move(users)), posts_(std::move(posts)) {}

std::map<std::string, std::string> Readiness::Missing() const {
  std::map<std::string, std::string> missing;
  if (auto why = WhyNotConnected(*users_); !why.empty()) missing.emplace("user-sync-service", std::move(why));
  if (auto why = WhyNotConnected(*posts_); !why.empty()) missing.emplace("posts-service", std::move(why));
  if (!keys_.have_keys()) missing.emplace("session-keys", "not loaded");
  return missing;
}

}  // namespace inkwell::gateway
