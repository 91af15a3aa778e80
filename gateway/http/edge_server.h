#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/http/route.h"
#include "runtime/error.h"

namespace prometheus {
class Registry;
}

namespace inkwell::gateway {

struct RequestRecord;

struct EdgeOptions {
  std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6
  std::uint16_t port = 0;             // 0: any free port
  int reactors = 1;                   // event-loop threads

  std::chrono::milliseconds request_timeout{3000};  // from the last byte of the body; becomes RequestInfo::deadline()
  std::chrono::milliseconds reply_grace{2000};      // after the deadline, before the edge itself answers 504

  // Total times, so that a byte now and then keeps nothing alive.
  std::chrono::milliseconds head_timeout{10000};    // from accept or from the head's first byte to its end
  std::chrono::milliseconds body_timeout{20000};    // from the head's end to the body's end
  std::chrono::milliseconds body_grace{5000};       // so long a body may come at any rate
  std::size_t min_body_rate = 500;                  // bytes per second, on the average from then on
  std::chrono::milliseconds idle_timeout{20000};    // between requests
  std::chrono::milliseconds write_timeout{10000};   // for each 64 KiB of answer that the client takes
  std::chrono::milliseconds stream_timeout{30000};  // for the next piece of a streamed answer to come
  std::chrono::milliseconds linger_timeout{2000};   // reading on after a last answer, so that no reset overtakes it
  std::chrono::milliseconds drain_grace{500};       // for idle connections when the drain begins
  std::chrono::milliseconds tick{100};              // how often these are looked at

  // Browsers reach us by https only: answers carry Strict-Transport-Security (RFC 6797), for a year.
  bool https_only = false;

  // May put another client address and scheme into a request whose head is complete, in place of the peer's. Null: none.
  std::function<void(RequestRecord&)> identify{};
  // What may turn requests away. Null: nothing.
  RequestScreen screen{};

  std::size_t max_connections = 10000;
  std::size_t max_connections_per_address = 0;  // 0: no limit
  std::size_t max_request_line = 8192;          // bytes; 414 beyond
  std::size_t max_head = 16384;                 // bytes of request line and fields; 431 beyond
  std::size_t max_fields = 100;                 // 431 beyond
  std::size_t max_pipelined = 16;               // requests of one connection in flight; the next one waits unread
  std::size_t max_queued = 262'144;             // bytes of those and of answers for one client; the next one waits unread beyond
  // Bytes that wait for clients, of all connections: requests that are not complete, answers that are not taken. Beyond them, who
  // has kept the most bytes waiting for the longest time goes first; a request that is given up gets 503.
  std::size_t max_held = std::size_t{16} * 1024 * 1024;
  // Bytes of complete requests that wait for their handlers' answers. No client can give them back, so beyond them a request with
  // a body above kDefaultBodyLimit gets 503.
  std::size_t max_in_service = std::size_t{8} * 1024 * 1024;
};

// The strict HTTP/1.1 edge: event loops own the sockets, frame requests by RFC 9112, route them through httplib and write the
// answers in order. Create, Start and Drain belong to one thread; handlers run on the reactor threads.
class EdgeServer final {
 public:
  // Fails with INVALID_ARGUMENT for a bad address, method or pattern. `metrics` must outlive the server.
  [[nodiscard]] static runtime::Result<std::unique_ptr<EdgeServer>> Create(EdgeOptions options, RouteTable routes,
                                                                           prometheus::Registry& metrics);
  // Stops at once: connections are closed, later Replies have no effect.
  ~EdgeServer();
  EdgeServer(const EdgeServer&) = delete;
  EdgeServer& operator=(const EdgeServer&) = delete;

  // Binds, listens and serves. Fails with UNAVAILABLE when the port is taken.
  [[nodiscard]] runtime::Result<void> Start();
  // The bound port; 0 before Start.
  [[nodiscard]] std::uint16_t port() const;
  // Stops accepting and lets requests in flight finish. An idle connection has the grace to send one more request, whose answer
  // says close: a client that is about to write loses nothing. True when all connections ended before `deadline`.
  bool Drain(std::chrono::steady_clock::time_point deadline);

 private:
  struct State;
  explicit EdgeServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace inkwell::gateway
