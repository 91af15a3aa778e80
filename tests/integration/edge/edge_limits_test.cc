// What the edge does to clients that are slow, many or at the end of its life.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <vector>

#include "tests/integration/edge/edge_fixture.h"
#include "tests/support/eventually.h"

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST_F(EdgeTest, CutsASlowHead) {
  options_.head_timeout = 500ms;
  Start();
  RawClient client = Connect();
  client.Send("GET /hello HTTP/1.1\r\nHo");
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 408);
  EXPECT_THAT(answer.body, HasSubstr("HEAD_TIMEOUT"));
  EXPECT_TRUE(client.Ended());
}

TEST_F(EdgeTest, CutsAHeadThatTricklesIn) {
  options_.head_timeout = 500ms;
  Start();
  RawClient client = Connect();
  client.Send("GET /hello HTTP/1.1\r\nX: ");
  // A byte now and then buys no time: the deadline is for the whole head.
  EXPECT_TRUE(inkwell::testing::Eventually([&] {
    client.Send("x");
    return client.HasInput();
  }));
  EXPECT_EQ(client.Read().status, 408);
}

TEST_F(EdgeTest, CutsASlowBody) {
  options_.body_timeout = 50ms;
  Start();
  RawClient client = Connect();
  client.Send(Post("/echo", "Content-Length: 10\r\n", "half"));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 408);
  EXPECT_THAT(answer.body, HasSubstr("BODY_TIMEOUT"));
  EXPECT_TRUE(client.Ended());
}

TEST_F(EdgeTest, CutsABodyBelowTheLeastRate) {
  options_.body_grace = 50ms;
  Start();
  RawClient client = Connect();
  client.Send(Post("/upload", "Content-Length: 100000\r\n", "a few bytes"));
  EXPECT_THAT(client.Read().body, HasSubstr("BODY_TIMEOUT"));
}

TEST_F(EdgeTest, WhatHasComeOfABodyBuysTime) {
  options_.body_grace = 1ms;
  Start();
  RawClient client = Connect();
  client.Send(Post("/upload", "Content-Length: 100001\r\n", std::string(100'000, 'b')));
  // Several looks at the deadlines later:
  for (int i = 0; i < 100; ++i) ASSERT_EQ(Ask(Get("/hello")).status, 200);
  client.Send("b");
  EXPECT_EQ(client.Read().body, "100001");
}

TEST_F(EdgeTest, CutsConnectionsThatSayNothing) {
  options_.head_timeout = 50ms;
  Start();
  EXPECT_TRUE(Connect().Ended());
}

TEST_F(EdgeTest, CutsIdleConnections) {
  options_.idle_timeout = 50ms;
  Start();
  RawClient client = Connect();
  client.Send(Get("/hello"));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.Ended());
}

TEST_F(EdgeTest, CutsClientsThatDoNotTakeTheirAnswer) {
  options_.write_timeout = 50ms;
  Start();
  RawClient client = Connect(4096);
  for (int i = 0; i < 4; ++i) client.Send(Get("/large"));
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return Metric("gateway_http_rejected_total", "WRITE_TIMEOUT") > 0; }));
  EXPECT_TRUE(client.Ended());
}

// What the kernel holds for a client that reads nothing is not left to it for minutes.
TEST_F(EdgeTest, ResetsIdleClientsThatDidNotTakeTheirAnswer) {
  options_.idle_timeout = 50ms;
  Start();
  RawClient client = Connect(4096);
  client.Send(Get("/medium"));
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return Metric("gateway_http_requests_total", "/medium") == 1; }));
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return Metric("gateway_http_open_connections") == 0; }));
  EXPECT_LT(client.ReadUntil("never").size(), kMediumBody);
}

TEST_F(EdgeTest, AnswersForHandlersThatTakeTooLong) {
  options_.request_timeout = 20ms;
  options_.reply_grace = 20ms;
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 504);
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  std::move(*reply).Send(TextResponse(200, "too late"));
  client.Send(Get("/hello"));
  EXPECT_EQ(client.Read().body, "hello");
}

TEST_F(EdgeTest, RefusesConnectionsBeyondTheLimit) {
  options_.max_connections = 2;
  Start();
  RawClient first = Connect();
  RawClient second = Connect();
  first.Send(Get("/hello"));
  second.Send(Get("/hello"));
  EXPECT_EQ(first.Read().status, 200);
  EXPECT_EQ(second.Read().status, 200);
  RawClient third = Connect();
  const RawAnswer refusal = third.Read();
  EXPECT_EQ(refusal.status, 503);
  EXPECT_TRUE(refusal.HasHeader("Retry-After: 1"));
  EXPECT_TRUE(third.Ended());
  first.Send(Get("/hello"));
  EXPECT_EQ(first.Read().status, 200);
}

TEST_F(EdgeTest, RefusesConnectionsOfOneAddressBeyondItsLimit) {
  options_.max_connections_per_address = 1;
  Start();
  RawClient first = Connect();
  first.Send(Get("/hello"));
  EXPECT_EQ(first.Read().status, 200);
  EXPECT_THAT(Connect().Read().body, HasSubstr("TOO_MANY_CONNECTIONS_OF_ADDRESS"));
  first.Send(Get("/hello", "Connection: close\r\n"));
  EXPECT_EQ(first.Read().status, 200);
  EXPECT_TRUE(first.Ended());
  // The refused one may still be lingering.
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return Ask(Get("/hello")).status == 200; }));
}

// Sets how many descriptors the process may have beyond those that it has, for as long as it lives.
class DescriptorLimit final {
 public:
  explicit DescriptorLimit(int more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(STDERR_FILENO);
    ::close(next);
    const rlimit tight{static_cast<rlim_t>(next + more), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &tight);
  }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(EdgeTest, AcceptsAgainAfterDescriptorsRanOut) {
  Start();
  std::optional<RawClient> waiting;
  {
    const DescriptorLimit limit(1);
    waiting.emplace(server_->port());
    EXPECT_TRUE(inkwell::testing::Eventually([&] { return Metric("gateway_http_rejected_total", "NO_DESCRIPTORS") > 0; }));
  }
  waiting->Send(Get("/hello"));
  EXPECT_EQ(waiting->Read().body, "hello");
}

TEST_F(EdgeTest, ServesManyConnectionsAtOnce) {
  Start();
  std::vector<RawClient> clients;
  for (int i = 0; i < 400; ++i) clients.push_back(Connect());
  for (int round = 0; round < 3; ++round) {
    for (RawClient& client : clients) client.Send(Get("/hello"));
    for (RawClient& client : clients) ASSERT_EQ(client.Read().body, "hello");
  }
  EXPECT_EQ(Metric("gateway_http_open_connections"), 400);
}

TEST_F(EdgeTest, IsNotHeldUpBySlowClients) {
  Start();
  std::vector<RawClient> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(Connect());
    slow.back().Send(i % 2 == 0 ? "GET /hello HTTP/1.1\r\nX: " : Post("/echo", "Content-Length: 10\r\n", "half"));
  }
  for (int i = 0; i < 100; ++i) ASSERT_EQ(Ask(Get("/hello")).body, "hello");
}

TEST_F(EdgeTest, AnswersARequestThatComesWhileItDrains) {
  options_.drain_grace = 5s;
  Start();
  RawClient idle = Connect();
  idle.Send(Get("/hello"));
  EXPECT_EQ(idle.Read().status, 200);
  auto drained = std::async(std::launch::async, [&] { return server_->Drain(std::chrono::steady_clock::now() + 5s); });
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return Ask(Get("/hello")).status == 0; }));
  idle.Send(Get("/hello"));
  const RawAnswer answer = idle.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.HasHeader("Connection: close"));
  EXPECT_TRUE(idle.Ended());
  idle.FinishSending();
  EXPECT_TRUE(drained.get());
}

TEST_F(EdgeTest, FinishesWhatIsInFlightWhenItDrains) {
  options_.drain_grace = 20ms;
  Start();
  RawClient idle = Connect();
  idle.Send(Get("/hello"));
  EXPECT_EQ(idle.Read().status, 200);
  RawClient busy = Connect();
  busy.Send(Get("/later"));
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  auto drained = std::async(std::launch::async, [&] { return server_->Drain(std::chrono::steady_clock::now() + 5s); });
  EXPECT_TRUE(idle.Ended());
  std::move(*reply).Send(TextResponse(200, "finished"));
  const RawAnswer answer = busy.Read();
  EXPECT_EQ(answer.body, "finished");
  EXPECT_TRUE(answer.HasHeader("Connection: close"));
  busy.FinishSending();
  EXPECT_TRUE(drained.get());
  EXPECT_EQ(Ask(Get("/hello")).status, 0);
}

TEST_F(EdgeTest, GivesUpDrainingAtTheDeadline) {
  Start();
  RawClient busy = Connect();
  busy.Send(Get("/later"));
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  EXPECT_FALSE(server_->Drain(std::chrono::steady_clock::now() + 20ms));
  std::move(*reply).Send(EmptyResponse(204));
}

TEST_F(EdgeTest, TakesNoPortThatIsTaken) {
  Start();
  options_.port = server_->port();
  auto second = EdgeServer::Create(options_, {}, metrics_);
  ASSERT_TRUE(second.has_value());
  const auto started = (*second)->Start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, runtime::Code::kUnavailable);
}

}  // namespace
}  // namespace inkwell::gateway
