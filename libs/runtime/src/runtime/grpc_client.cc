#include "runtime/grpc_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include "grpc_credentials.h"
#include "grpc_locks.h"
#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

// gRPC 1.51's own values let a restarted service stay unreachable for minutes: back-off grows to 120 s, DNS is asked every 30 s.
grpc::ChannelArguments ReconnectingArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // In spite of its name the least time that an attempt to connect is given (subchannel.cc): with less, a busy machine's
  // handshakes fail, and with them the calls that wait for them.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 3'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // The environment's http_proxy is for the outside, not for our own services.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetLoadBalancingPolicyName("round_robin");
  return arguments;
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target, const TlsFiles& tls) {
  SkipLockGraph();
  auto credentials = MakeChannelCredentials(tls);
  if (!credentials) {
    log::Error("cannot read the TLS files", {{"target", target}, {"reason", credentials.error().reason}});
    // gRPC makes of this a channel whose calls all fail.
    return grpc::CreateCustomChannel(target, nullptr, ReconnectingArguments());
  }
  return grpc::CreateCustomChannel(target, *credentials, ReconnectingArguments());
}

bool WaitForReady(grpc::Channel& channel, Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::system_clock::duration>(deadline - std::chrono::steady_clock::now());
  return channel.WaitForConnected(std::chrono::system_clock::now() + left);
}

}  // namespace inkwell::runtime
