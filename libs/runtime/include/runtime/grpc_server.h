#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "runtime/error.h"
#include "runtime/settings.h"

namespace grpc {
class Service;
}

namespace inkwell::runtime {

struct GrpcServerOptions {
  std::string listen;  // host:port (port 0: the system chooses) or unix:/path
  TlsFiles tls;        // mutual TLS when set
  bool reflection = true;
  int max_threads = 16;  // quota for gRPC's own threads
  int max_message_bytes = 4 << 20;
};

// A gRPC server for callback services, with the health service (grpc.health.v1, per service name and for "") and reflection.
// Thread-safe after Start.
class GrpcServer final {
 public:
  // Binds and serves. The services must outlive the server. Fails with UNAVAILABLE / ADDRESS_IN_USE or INVALID_ARGUMENT.
  [[nodiscard]] static Result<std::unique_ptr<GrpcServer>> Start(const GrpcServerOptions& options,
                                                                 const std::vector<grpc::Service*>& services);
  ~GrpcServer();  // Drain with one second

  // The port bound; 0 for a unix socket.
  [[nodiscard]] int port() const;

  // What the health service answers, for every service name at once. Serving at first.
  void SetServing(bool serving);

  // Health off, no new calls, waits for those under way until the grace is over, then cancels them. Idempotent.
  void Drain(std::chrono::milliseconds grace);

 private:
  struct State;
  explicit GrpcServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inkwell::runtime
