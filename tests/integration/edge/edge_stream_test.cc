// Answers that are sent while they are made: their form on the wire, their pace, and how either side learns that the other is
// gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "tests/integration/edge/edge_fixture.h"
#include "tests/support/eventually.h"

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;
using inkwell::testing::Eventually;
using ::testing::HasSubstr;
using ::testing::Not;

// What became of one piece.
class Written final {
 public:
  std::function<void(bool)> Callback() {
    return [promise = promise_](bool open) { promise->set_value(open); };
  }
  [[nodiscard]] bool Wait() { return future_.wait_for(5s) == std::future_status::ready; }
  [[nodiscard]] bool WaitOpen() { return Wait() && future_.get(); }
  [[nodiscard]] bool Pending() { return future_.wait_for(0s) != std::future_status::ready; }

 private:
  std::shared_ptr<std::promise<bool>> promise_ = std::make_shared<std::promise<bool>>();
  std::future<bool> future_ = promise_->get_future();
};

class EdgeStreamTest : public EdgeTest {
 protected:
  // Starts to stream the answer to the request that waits at /later.
  ResponseStream Stream() {
    auto reply = held_.Take();
    EXPECT_TRUE(reply.has_value());
    return std::move(*reply).Stream({200, "text/plain", {}, {}}, [this] { ++gone_; });
  }

  std::atomic<int> gone_{0};
};

TEST_F(EdgeStreamTest, SendsEachPieceAsAChunkWhenItIsThere) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  ResponseStream stream = Stream();
  const std::string head = client.ReadUntil("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  for (const char* piece : {"first", "and a second"}) {
    Written written;
    stream.Write(piece, written.Callback());
    EXPECT_TRUE(written.WaitOpen());
    const std::string size = client.ReadUntil("\r\n");
    EXPECT_EQ(std::stoul(size, nullptr, 16), std::string_view(piece).size());
    EXPECT_EQ(client.ReadUntil("\r\n"), std::string(piece) + "\r\n");
  }
  std::move(stream).Finish("end");
  EXPECT_EQ(client.ReadUntil("0\r\n\r\n"), "3\r\nend\r\n0\r\n\r\n");
  client.Send(Get("/hello"));
  EXPECT_EQ(client.Read().body, "hello");
  EXPECT_EQ(gone_, 0);
  EXPECT_EQ(Metric("gateway_http_requests_total", "2xx"), 2);
}

TEST_F(EdgeStreamTest, AnEmptyBodyIsOneLastChunk) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  std::move(Stream()).Finish();
  static_cast<void>(client.ReadUntil("\r\n\r\n"));
  EXPECT_EQ(client.ReadUntil("0\r\n\r\n"), "0\r\n\r\n");
}

TEST_F(EdgeStreamTest, EndsTheBodyWithTheConnectionForHttp10) {
  Start();
  RawClient client = Connect();
  client.Send("GET /later HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
  ResponseStream stream = Stream();
  Written written;
  stream.Write("body", written.Callback());
  EXPECT_TRUE(written.WaitOpen());
  std::move(stream).Finish();
  const std::string answer = client.ReadUntil("never");
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\nbody"));
}

TEST_F(EdgeStreamTest, AnswersAfterItWaitForItsEnd) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later") + Get("/hello"));
  ResponseStream stream = Stream();
  Written written;
  stream.Write("x", written.Callback());
  EXPECT_TRUE(written.WaitOpen());
  static_cast<void>(client.ReadUntil("\r\n\r\n"));
  EXPECT_EQ(client.ReadUntil("x\r\n"), "1\r\nx\r\n");
  EXPECT_FALSE(client.HasInput());
  std::move(stream).Finish();
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "0\r\n\r\n");
  EXPECT_EQ(client.Read().body, "hello");
}

TEST_F(EdgeStreamTest, HeadGetsTheHeadAndTheProducerHearsIt) {
  Start();
  RawClient client = Connect();
  client.Send("HEAD /later HTTP/1.1\r\nHost: a\r\n\r\n");
  ResponseStream stream = Stream();
  EXPECT_THAT(client.Read(true).head, HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_TRUE(Eventually([&] { return gone_ == 1; }));
  Written written;
  stream.Write("nobody reads this", written.Callback());
  EXPECT_TRUE(written.Wait());
  client.Send(Get("/hello"));
  EXPECT_EQ(client.Read().body, "hello");
}

TEST_F(EdgeStreamTest, TheClientsPaceIsTheProducers) {
  Start();
  RawClient client = Connect(/*receive_buffer=*/65536);
  client.Send(Get("/later"));
  ResponseStream stream = Stream();
  // More than the sockets' buffers hold, so that the piece waits for the client.
  const std::string piece(8 * 1024 * 1024, 'p');
  Written first;
  stream.Write(piece, first.Callback());
  static_cast<void>(client.ReadUntil("\r\n\r\n"));
  EXPECT_TRUE(first.Pending());
  EXPECT_EQ(client.ReadUntil("p\r\n").size(), std::string("800000\r\n\r\n").size() + piece.size());
  EXPECT_TRUE(first.WaitOpen());
  std::move(stream).Finish();
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "0\r\n\r\n");
}

TEST_F(EdgeStreamTest, AClientThatLeavesIsNoticed) {
  Start();
  auto client = std::make_unique<RawClient>(Connect());
  client->Send(Get("/later"));
  ResponseStream stream = Stream();
  static_cast<void>(client->ReadUntil("\r\n\r\n"));
  client.reset();
  // The kernel tells of it only when somebody writes.
  EXPECT_TRUE(Eventually([&] {
    Written written;
    stream.Write("are you there?", written.Callback());
    return !written.WaitOpen();
  }));
  EXPECT_TRUE(Eventually([&] { return gone_ == 1; }));
  EXPECT_TRUE(Eventually([&] { return Metric("gateway_http_open_connections") == 0; }));
}

TEST_F(EdgeStreamTest, AClientThatTakesNothingIsCutOff) {
  options_.write_timeout = 50ms;
  Start();
  RawClient client = Connect(/*receive_buffer=*/4096);
  client.Send(Get("/later"));
  ResponseStream stream = Stream();
  Written written;
  stream.Write(std::string(8 * 1024 * 1024, 'p'), written.Callback());
  ASSERT_TRUE(written.Wait());
  EXPECT_FALSE(written.WaitOpen());
  EXPECT_EQ(Metric("gateway_http_rejected_total", "WRITE_TIMEOUT"), 1);
}

TEST_F(EdgeStreamTest, AProducerThatGivesNothingIsCutOff) {
  options_.stream_timeout = 50ms;
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  const ResponseStream stream = Stream();
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), Not(HasSubstr("\r\n0\r\n")));
  EXPECT_TRUE(client.Ended());
  EXPECT_TRUE(Eventually([&] { return gone_ == 1; }));
  EXPECT_EQ(Metric("gateway_http_rejected_total", "STREAM_TIMEOUT"), 1);
}

TEST_F(EdgeStreamTest, AProducerThatFailsLeavesABodyThatIsSeenToBeCut) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  {
    ResponseStream stream = Stream();
    Written written;
    stream.Write("half of it", written.Callback());
    ASSERT_TRUE(written.WaitOpen());
  }
  const std::string answer = client.ReadUntil("0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("half of it"));
  EXPECT_THAT(answer, Not(::testing::EndsWith("0\r\n\r\n")));
  EXPECT_EQ(Metric("gateway_http_rejected_total", "STREAM_CUT"), 1);
  EXPECT_EQ(Metric("gateway_http_requests_total", "5xx"), 1);
}

TEST_F(EdgeStreamTest, ADrainWaitsForTheEnd) {
  options_.drain_grace = 10ms;
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  ResponseStream stream = Stream();
  auto drained = std::async(std::launch::async, [&] { return server_->Drain(std::chrono::steady_clock::now() + 5s); });
  Written written;
  stream.Write("still here", written.Callback());
  EXPECT_TRUE(written.WaitOpen());
  EXPECT_NE(drained.wait_for(0s), std::future_status::ready);
  std::move(stream).Finish();
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), ::testing::EndsWith("0\r\n\r\n"));
  EXPECT_TRUE(drained.get());
}

TEST_F(EdgeStreamTest, AServerThatEndsTellsTheProducer) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  ResponseStream stream = Stream();
  static_cast<void>(client.ReadUntil("\r\n\r\n"));
  server_.reset();
  EXPECT_EQ(gone_, 1);
  Written written;
  stream.Write("too late", written.Callback());
  EXPECT_FALSE(written.WaitOpen());
}

}  // namespace
}  // namespace inkwell::gateway
