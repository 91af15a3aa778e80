// Bytes into a connection of the edge, answers out: however the bytes are cut into pieces, the same requests reach the handlers,
// each is answered once and in order, and no answer is a 5xx but for what the edge does not speak.
#include <prometheus/registry.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/connection.h"
#include "libs/clerk/fuzz/invariant.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

using clerk::fuzz::Require;

constexpr std::string_view kHandled = "\r\nX-Handled: ";

// What one connection saw.
struct Seen {
  std::string requests;  // as the handlers got them
  std::size_t handled = 0;
  std::string answers;  // as they went over the wire
};

// An edge without sockets of its own and without threads.
class Edge final {
 public:
  Edge() {
    runtime::log::Configure("fuzz", "off", "text");
    for (const auto& [method, pattern] :
         {std::pair("GET", "/livez"), {"POST", "/posts"}, {"PATCH", "/posts/{id}"}, {"GET", "/files/{path...}"}}) {
      routes_.push_back(
          {method, pattern,
           [this](const httplib::Request&, const RequestInfo& request, Reply reply) { Handle(request, std::move(reply)); },
           kBodyLimit});
    }
    dispatcher_ = *Dispatcher::Create(routes_);
    metrics_ = std::make_unique<EdgeMetrics>(registry_, routes_);
    mailbox_->AdoptCurrentThread();
    context_.reset(new ReactorContext{options_, {512, 1024, 20}, *metrics_, *dispatcher_, mailbox_, kBodyLimit});
  }

  // `cut(rest)` is how many of the remaining bytes come next, at least 1.
  template <typename Cut>
  Seen Drive(std::string_view bytes, Cut cut) {
    seen_ = {};
    std::array<int, 2> ends{};
    Require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0, "there are sockets");
    {
      Connection connection(*context_, ends[0], "127.0.0.1", 0, 1, now_);
      while (!bytes.empty() && !connection.closed()) {
        const std::string_view piece = bytes.substr(0, cut(bytes.size()));
        bytes.remove_prefix(piece.size());
        if (::send(ends[1], piece.data(), piece.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(piece.size())) break;
        Turn(connection, ends[1]);
      }
      ::shutdown(ends[1], SHUT_WR);
      for (int i = 0; i < 3; ++i) Turn(connection, ends[1]);
      Require(connection.closed(), "a client that says no more is not kept");
    }
    TakeAnswers(ends[1]);
    ::close(ends[1]);
    return seen_;
  }

 private:
  static constexpr std::size_t kBodyLimit = 300;

  void Handle(const RequestInfo& request, Reply reply) {
    seen_.requests.append(request.method()).append(" ").append(request.target()).append(" ").append(request.body()).append("\n");
    for (const auto& [name, value] : request.AllHeaders()) seen_.requests.append(name).append(":").append(value).append("\n");
    Response response = TextResponse(200, "handled");
    response.headers.push_back({"X-Handled", std::to_string(seen_.handled++)});
    std::move(reply).Send(std::move(response));
  }

  // One turn of the loop: what is readable is read, what is answered is sent.
  void Turn(Connection& connection, int client) {
    if (!connection.closed() && connection.wants_read()) connection.OnReadable(now_);
    for (mailbox_->Take(batch_); !batch_.empty(); mailbox_->Take(batch_)) {
      for (Completion& answer : batch_) connection.OnAnswer(std::move(answer));
      if (!connection.closed()) connection.Flush(now_);
    }
    TakeAnswers(client);
  }

  void TakeAnswers(int client) {
    std::array<char, 16384> bytes{};
    for (ssize_t got = 1; got > 0;) {
      got = ::recv(client, bytes.data(), bytes.size(), 0);
      if (got > 0) seen_.answers.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }

  const SteadyTime now_ = std::chrono::steady_clock::now();
  const EdgeOptions options_{};
  prometheus::Registry registry_;
  RouteTable routes_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<EdgeMetrics> metrics_;
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::unique_ptr<ReactorContext> context_;
  std::vector<Completion> batch_;
  Seen seen_;
};

std::string_view FieldOf(std::string_view head, std::string_view name) {
  const std::size_t at = head.find(name);
  if (at == std::string_view::npos) return {};
  const std::size_t start = at + name.size();
  return head.substr(start, head.find("\r\n", start) - start);
}

// The statuses of the final answers, after a check of each.
std::string StatusesOf(const Seen& seen) {
  std::string statuses;
  std::size_t next_handled = 0;
  std::string_view rest = seen.answers;
  while (!rest.empty()) {
    Require(rest.starts_with("HTTP/1.1 "), "an answer begins where the one before ends");
    const std::size_t end = rest.find("\r\n\r\n");
    Require(end != std::string_view::npos, "an answer has a whole head");
    const std::string_view head = rest.substr(0, end + 2);
    rest.remove_prefix(end + 4);
    const int status = std::atoi(std::string(head.substr(9, 3)).c_str());
    // Whether 100 is sent depends on how soon the body comes.
    if (status == 100) continue;
    Require(status < 500 || status == 501 || status == 505, "nothing that a client sends is the server's fault");
    if (const std::string_view handled = FieldOf(head, kHandled); !handled.empty()) {
      Require(handled == std::to_string(next_handled++), "answers come in order, each once");
    }
    statuses.append(std::to_string(status)).append(" ");
    // The answer to HEAD announces a body that does not come.
    const auto length = static_cast<std::size_t>(std::atoll(std::string(FieldOf(head, "\r\nContent-Length: ")).c_str()));
    if (!rest.starts_with("HTTP/1.1 ") && !rest.empty()) {
      Require(rest.size() >= length, "an answer is whole");
      rest.remove_prefix(length);
    }
  }
  Require(next_handled == seen.handled, "each request is answered");
  return statuses;
}

}  // namespace
}  // namespace inkwell::gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clerk::fuzz::Require;
  using inkwell::gateway::StatusesOf;
  static inkwell::gateway::Edge edge;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = edge.Drive(bytes, [](std::size_t rest) { return rest; });
  const std::string statuses = StatusesOf(whole);
  const auto by_byte = edge.Drive(bytes, [](std::size_t) { return std::size_t{1}; });
  // Cuts that depend on the input and on nothing else.
  std::uint32_t state = 1;
  for (const char c : bytes.substr(0, 64)) state = state * 31 + static_cast<unsigned char>(c);
  const auto by_chance = edge.Drive(bytes, [&](std::size_t rest) {
    state = state * 1664525 + 1013904223;
    return std::min<std::size_t>(rest, 1 + (state >> 24) % 48);
  });
  for (const auto& cut : {by_byte, by_chance}) {
    Require(cut.requests == whole.requests, "cuts change no request");
    Require(StatusesOf(cut) == statuses, "cuts change no answer");
  }
  return 0;
}
