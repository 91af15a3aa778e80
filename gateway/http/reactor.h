#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/http/connection.h"
#include "gateway/http/connection_census.h"

namespace inkwell::gateway {

// One event loop: accepts from the shared listening socket, owns its connections, runs the handlers. Create and Start and the
// destructor belong to the server's thread; everything else happens on the loop's own.
class Reactor final {
 public:
  // Fails with UNAVAILABLE when the system has no descriptors. All references must outlive the reactor.
  [[nodiscard]] static runtime::Result<std::unique_ptr<Reactor>> Create(const EdgeOptions& options, const RouteTable& routes,
                                                                        EdgeMetrics& metrics, ConnectionCensus& census);
  // Stops the loop and closes what is open.
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  void Start(int listen_fd);
  // Takes in whoever has connected already, and nobody after that; calls `not_accepting` on the loop's own thread and at once, so
  // that the socket can be closed before anybody connects in between. From then on ends each connection after its answers, and
  // idle ones after a grace. Returns when that has begun. Once.
  void Drain(std::function<void()> not_accepting);

 private:
  struct Slot {
    std::unique_ptr<Connection> connection;
    std::uint32_t generation = 0;
    std::uint32_t interest = 0;  // what epoll was last told
    std::size_t held = 0;        // what the connection held when it was last settled
    std::size_t in_service = 0;  // likewise
  };

  Reactor(const EdgeOptions& options, const RouteTable& routes, EdgeMetrics& metrics, ConnectionCensus& census,
          std::unique_ptr<Dispatcher> dispatcher, int epoll_fd, std::shared_ptr<Mailbox> mailbox);

  void Run(const std::stop_token& stop);
  void HandleEvent(std::uint64_t tag, std::uint32_t events, SteadyTime now);
  void DeliverAnswers(SteadyTime now);
  void CheckDeadlines(SteadyTime now);
  void BeginDrain(SteadyTime now);

  void AcceptBatch(int size, SteadyTime now);
  void ListenFor(bool on);
  void Admit(int fd, std::string address, SteadyTime now);
  // Does what the connection wants after something happened to it.
  void Settle(std::uint32_t slot);
  void Remove(std::uint32_t slot);
  // When more is held than may be, connections whose clients keep the most of it waiting for the longest time give it up. All
  // that is held can be given up, so the others are left alone.
  void KeepWithinBudget(SteadyTime now);

  const EdgeOptions& options_;
  EdgeMetrics& metrics_;
  ConnectionCensus& census_;
  const std::unique_ptr<Dispatcher> dispatcher_;
  const int epoll_fd_;
  ReactorContext context_;

  int listen_fd_ = -1;
  bool listening_ = false;
  SteadyTime listen_again_at_ = SteadyTime::max();
  SteadyTime next_tick_;
  std::vector<Slot> slots_;
  std::vector<SteadyTime> deadlines_;  // by slot: one dense array, so that a look at 10,000 of them is microseconds
  std::vector<std::uint32_t> free_slots_;
  std::vector<Completion> answers_;
  std::size_t open_ = 0;
  std::size_t held_ = 0;  // by all connections
  SteadyTime shed_again_at_{};

  std::function<void()> when_not_accepting_;
  std::atomic<bool> drain_{false};
  std::latch draining_{1};
  std::jthread thread_;
};

}  // namespace inkwell::gateway
