#include "gateway/http/edge_server.h"

#include <vector>

#include "gateway/http/listen_socket.h"
#include "gateway/http/reactor.h"

namespace inkwell::gateway {

struct EdgeServer::State {
  State(EdgeOptions edge_options, RouteTable table, prometheus::Registry& registry)
      : options(std::move(edge_options)),
        routes(std::move(table)),
        metrics(registry, routes),
        census(options.max_connections, options.max_connections_per_address) {}

  const EdgeOptions options;
  const RouteTable routes;
  EdgeMetrics metrics;
  ConnectionCensus census;
  ListenSocket listener;
  std::vector<std::unique_ptr<Reactor>> reactors;
};

EdgeServer::EdgeServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
EdgeServer::~EdgeServer() = default;

runtime::Result<std::unique_ptr<EdgeServer>> EdgeServer::Create(EdgeOptions options, RouteTable routes,
                                                                prometheus::Registry& metrics) {
  if (options.reactors < 1 || options.max_pipelined < 1 || options.tick.count() < 1 || options.min_body_rate < 1) {
    return runtime::Fail(runtime::Code::kInvalidArgument, "BAD_OPTION",
                         "reactors, max_pipelined, tick and min_body_rate are at least 1");
  }
  auto state = std::make_unique<State>(std::move(options), std::move(routes), metrics);
  for (int i = 0; i < state->options.reactors; ++i) {
    auto reactor = Reactor::Create(state->options, state->routes, state->metrics, state->census);
    if (!reactor) return tl::unexpected(reactor.error());
    state->reactors.push_back(std::move(*reactor));
  }
  return std::unique_ptr<EdgeServer>(new EdgeServer(std::move(state)));
}

runtime::Result<void> EdgeServer::Start() {
  if (auto opened = state_->listener.Open(state_->options.address, state_->options.port); !opened) return opened;
  for (const auto& reactor : state_->reactors) reactor->Start(state_->listener.fd());
  return {};
}

std::uint16_t EdgeServer::port() const { return state_->listener.port(); }

bool EdgeServer::Drain(std::chrono::steady_clock::time_point deadline) {
  if (state_->listener.fd() < 0) return true;
  // The last to accept closes the socket, before its clients are told to go elsewhere: who connects anew is refused, and not cut
  // off in the backlog.
  for (const auto& reactor : state_->reactors) {
    const bool last = reactor == state_->reactors.back();
    reactor->Drain([this, last] {
      if (last) state_->listener.Close();
    });
  }
  return state_->census.WaitUntilEmpty(deadline);
}

}  // namespace inkwell::gateway
