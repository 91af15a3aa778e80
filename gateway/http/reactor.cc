#include "gateway/http/reactor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

// Tags of events: a connection's are its generation and slot.
constexpr std::uint64_t kListenTag = ~std::uint64_t{0};
constexpr std::uint64_t kMailboxTag = kListenTag - 1;
constexpr int kAcceptBatch = 64;
constexpr int kBacklogBatch = 4096;  // all that may be waiting
constexpr std::chrono::milliseconds kAcceptPause{100};

constexpr Rejection kFull{503, "TOO_MANY_CONNECTIONS", "The server has as many connections as it can serve."};
constexpr Rejection kAddressFull{503, "TOO_MANY_CONNECTIONS_OF_ADDRESS", "This address has as many connections as it may."};

std::uint64_t TagOf(std::uint32_t slot, std::uint32_t generation) { return std::uint64_t{generation} << 32 | slot; }

std::string AddressText(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    // A client is one address, whichever socket it came through.
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
    } else {
      ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    }
  }
  return text.data();
}

std::size_t SmallestBodyLimit(const RouteTable& routes) {
  std::size_t smallest = kDefaultBodyLimit;
  for (const Route& route : routes) smallest = std::min(smallest, route.body_limit);
  return smallest;
}

}  // namespace

runtime::Result<std::unique_ptr<Reactor>> Reactor::Create(const EdgeOptions& options, const RouteTable& routes,
                                                          EdgeMetrics& metrics, ConnectionCensus& census) {
  auto dispatcher = Dispatcher::Create(routes);
  if (!dispatcher) return tl::unexpected(dispatcher.error());
  auto mailbox = std::make_shared<Mailbox>();
  const int epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0 || mailbox->event_fd() < 0) {
    if (epoll_fd >= 0) ::close(epoll_fd);
    return runtime::Fail(runtime::Code::kUnavailable, "NO_DESCRIPTORS", "the system has no descriptor left for an event loop");
  }
  return std::unique_ptr<Reactor>(
      new Reactor(options, routes, metrics, census, std::move(*dispatcher), epoll_fd, std::move(mailbox)));
}

Reactor::Reactor(const EdgeOptions& options, const RouteTable& routes, EdgeMetrics& metrics, ConnectionCensus& census,
                 std::unique_ptr<Dispatcher> dispatcher, int epoll_fd, std::shared_ptr<Mailbox> mailbox)
    : options_(options),
      metrics_(metrics),
      census_(census),
      dispatcher_(std::move(dispatcher)),
      epoll_fd_(epoll_fd),
      context_{options,
               {options.max_request_line, options.max_head, options.max_fields},
               metrics,
               *dispatcher_,
               std::move(mailbox),
               SmallestBodyLimit(routes)} {}

Reactor::~Reactor() {
  if (thread_.joinable()) {
    thread_.request_stop();
    context_.mailbox->Wake();
    thread_.join();
  }
  ::close(epoll_fd_);
}

void Reactor::Start(int listen_fd) {
  listen_fd_ = listen_fd;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kMailboxTag;
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, context_.mailbox->event_fd(), &event);
  ListenFor(true);
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void Reactor::Drain(std::function<void()> not_accepting) {
  when_not_accepting_ = std::move(not_accepting);
  drain_.store(true, std::memory_order_release);
  context_.mailbox->Wake();
  draining_.wait();
}

void Reactor::Run(const std::stop_token& stop) {
  context_.mailbox->AdoptCurrentThread();
  // Each may bring a read buffer full of bytes, before the budget is looked at.
  std::array<epoll_event, 64> events{};
  next_tick_ = std::chrono::steady_clock::now() + options_.tick;
  while (!stop.stop_requested()) {
    const bool timed = open_ > 0 || listen_again_at_ != SteadyTime::max();
    const int count = ::epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()),
                                   timed ? static_cast<int>(std::max<std::int64_t>(options_.tick.count(), 1)) : -1);
    const SteadyTime now = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      HandleEvent(event.data.u64, event.events, now);
    }
    DeliverAnswers(now);
    KeepWithinBudget(now);
    if (!context_.draining && drain_.load(std::memory_order_acquire)) BeginDrain(now);
    if (now >= next_tick_) CheckDeadlines(now);
  }
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].connection) Remove(slot);
  }
  context_.mailbox->Close();
}

void Reactor::HandleEvent(std::uint64_t tag, std::uint32_t events, SteadyTime now) {
  // epoll may have gathered the event before the loop ceased to listen.
  if (tag == kListenTag) return listening_ ? AcceptBatch(kAcceptBatch, now) : void();
  if (tag == kMailboxTag) return context_.mailbox->Acknowledge();
  const auto slot = static_cast<std::uint32_t>(tag);
  // The slot may have changed hands since epoll_wait gathered this event.
  if (!slots_[slot].connection || slots_[slot].generation != tag >> 32) return;
  Connection& connection = *slots_[slot].connection;
  if ((events & EPOLLOUT) != 0) connection.OnWritable(now);
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !connection.closed()) {
    // Hang-up and error are always reported: without interest in reading they mean that nobody is there any more.
    if (!connection.wants_read()) return (events & (EPOLLHUP | EPOLLERR)) != 0 ? Remove(slot) : Settle(slot);
    connection.OnReadable(now);
  }
  Settle(slot);
}

void Reactor::DeliverAnswers(SteadyTime now) {
  // An answer can let the next pipelined request in, whose handler may answer at once: again until none is left.
  for (context_.mailbox->Take(answers_); !answers_.empty(); context_.mailbox->Take(answers_)) {
    for (Completion& answer : answers_) {
      Slot& slot = slots_[answer.slot];
      if (!slot.connection || slot.generation != answer.generation) continue;
      slot.connection->OnAnswer(std::move(answer));
    }
    // Only now, so that answers to pipelined requests leave in one system call.
    for (const Completion& answer : answers_) {
      Slot& slot = slots_[answer.slot];
      if (!slot.connection || slot.generation != answer.generation) continue;
      slot.connection->Flush(now);
      Settle(answer.slot);
    }
  }
}

void Reactor::CheckDeadlines(SteadyTime now) {
  next_tick_ = now + options_.tick;
  if (now >= listen_again_at_) ListenFor(!context_.draining);
  for (std::uint32_t slot = 0; slot < deadlines_.size(); ++slot) {
    if (deadlines_[slot] > now) continue;
    slots_[slot].connection->OnDeadline(now);
    Settle(slot);
  }
  DeliverAnswers(now);
}

void Reactor::BeginDrain(SteadyTime now) {
  // Whoever has connected already is served.
  ListenFor(false);
  AcceptBatch(kBacklogBatch, now);
  when_not_accepting_();
  context_.draining = true;
  draining_.count_down();
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (!slots_[slot].connection) continue;
    slots_[slot].connection->OnDrain(now);
    Settle(slot);
  }
  DeliverAnswers(now);
}

void Reactor::ListenFor(bool on) {
  listen_again_at_ = SteadyTime::max();
  if (on == listening_) return;
  listening_ = on;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.u64 = kListenTag;
  ::epoll_ctl(epoll_fd_, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listen_fd_, &event);
}

void Reactor::AcceptBatch(int size, SteadyTime now) {
  for (int i = 0; i < size; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof(address);
    const int fd = ::accept4(listen_fd_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      Admit(fd, AddressText(address), now);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // The waiting connection would wake us again at once: let some end first.
      metrics_.Rejected("NO_DESCRIPTORS");
      ListenFor(false);
      listen_again_at_ = now + kAcceptPause;
      return;
    }
    // ECONNABORTED, EINTR, EPROTO and network errors concern one connection that is gone already (accept(2)).
  }
}

void Reactor::Admit(int fd, std::string address, SteadyTime now) {
  const ConnectionCensus::Admission admission = census_.Enter(address);
  if (admission == ConnectionCensus::Admission::kOverrun) {
    metrics_.Rejected(kFull.reason);
    ::close(fd);
    return;
  }
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
    deadlines_.push_back(SteadyTime::max());
  }
  const std::uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  Slot& slot = slots_[index];
  ++slot.generation;
  slot.connection = std::make_unique<Connection>(context_, fd, std::move(address), index, slot.generation, now);
  ++open_;
  metrics_.ConnectionOpened();
  slot.interest = EPOLLIN;
  epoll_event event{};
  event.events = slot.interest;
  event.data.u64 = TagOf(index, slot.generation);
  if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) return Remove(index);
  if (admission == ConnectionCensus::Admission::kFull) slot.connection->Refuse(kFull, now);
  if (admission == ConnectionCensus::Admission::kAddressFull) slot.connection->Refuse(kAddressFull, now);
  Settle(index);
}

void Reactor::Settle(std::uint32_t index) {
  Slot& slot = slots_[index];
  const Connection& connection = *slot.connection;
  if (connection.closed()) return Remove(index);
  deadlines_[index] = connection.deadline();
  const std::size_t held = connection.held();
  held_ += held - std::exchange(slot.held, held);
  const std::size_t in_service = connection.in_service();
  context_.in_service += in_service - std::exchange(slot.in_service, in_service);
  const std::uint32_t interest = (connection.wants_read() ? EPOLLIN : 0U) | (connection.wants_write() ? EPOLLOUT : 0U);
  if (interest == slot.interest) return;
  slot.interest = interest;
  epoll_event event{};
  event.events = interest;
  event.data.u64 = TagOf(index, slot.generation);
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, connection.fd(), &event);
}

void Reactor::Remove(std::uint32_t index) {
  Slot& slot = slots_[index];
  const std::string address = slot.connection->address();
  slot.connection.reset();  // closes the socket, which takes it out of epoll
  held_ -= std::exchange(slot.held, 0);
  context_.in_service -= std::exchange(slot.in_service, 0);
  deadlines_[index] = SteadyTime::max();
  free_slots_.push_back(index);
  --open_;
  metrics_.ConnectionClosed();
  census_.Leave(address);
}

void Reactor::KeepWithinBudget(SteadyTime now) {
  const std::size_t budget = options_.max_held / static_cast<std::size_t>(options_.reactors);
  if (held_ <= budget || now < shed_again_at_) return;
  struct Candidate {
    double weight;
    std::uint32_t slot;
  };
  std::vector<Candidate> candidates;
  for (std::uint32_t index = 0; index < slots_.size(); ++index) {
    const auto since = slots_[index].connection ? slots_[index].connection->waiting_since() : std::nullopt;
    if (!since) continue;
    const auto waited = std::chrono::duration<double>(now - *since) + options_.tick;
    candidates.push_back({waited.count() * static_cast<double>(slots_[index].held), index});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
  // Some room more than is needed at once, so that this is not done again for the next byte.
  const std::size_t target = budget - budget / 8;
  for (const Candidate& candidate : candidates) {
    if (held_ <= target) break;
    slots_[candidate.slot].connection->Shed(now);
    Settle(candidate.slot);
  }
  // What a look at all connections did not mend, another one will not within the same tick.
  if (held_ > target) shed_again_at_ = now + options_.tick;
}

}  // namespace inkwell::gateway
