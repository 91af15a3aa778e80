// What the edge holds in memory for clients, and who gives it up when it is too much.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/integration/edge/edge_fixture.h"
#include "tests/support/eventually.h"

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;
using inkwell::testing::Eventually;
using ::testing::HasSubstr;

class EdgeMemory : public EdgeTest {
 protected:
  static std::string Upload(std::size_t announced, std::size_t sent, const std::string& path = "/upload") {
    return Post(path, "Content-Length: " + std::to_string(announced) + "\r\n", std::string(sent, 'b'));
  }
  // Requests with bodies of 100,000 bytes that a handler has, and does not answer.
  std::vector<RawClient> KeepBodies(int count) {
    std::vector<RawClient> clients;
    for (int i = 0; i < count; ++i) {
      clients.push_back(Connect());
      clients.back().Send(Upload(100'000, 100'000, "/keep"));
      auto reply = held_.Take();
      EXPECT_TRUE(reply.has_value());
      if (reply) kept_.push_back(*std::move(reply));
    }
    // What the loop does after a turn is done when a later one has answered.
    EXPECT_EQ(Ask(Get("/hello")).status, 200);
    return clients;
  }

  std::vector<Reply> kept_;
};

TEST_F(EdgeMemory, RequestsThatStayIncompleteMakeRoom) {
  options_.max_held = 400'000;
  Start();
  std::vector<RawClient> stalled;
  for (int i = 0; i < 10; ++i) {
    stalled.push_back(Connect());
    stalled.back().Send(Upload(200'000, 100'000));
  }
  ASSERT_TRUE(Eventually([&] { return Metric("gateway_http_rejected_total", "OVERLOADED") >= 6; }));
  const RawAnswer answer = stalled.front().Read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.HasHeader("Retry-After: 1"));
  EXPECT_THAT(answer.body, HasSubstr("OVERLOADED"));
  EXPECT_TRUE(stalled.front().Ended());
  EXPECT_EQ(Ask(Upload(100'000, 100'000)).body, "100000");
}

TEST_F(EdgeMemory, AnAnnouncementTakesNoRoom) {
  options_.max_held = 400'000;
  Start();
  std::vector<RawClient> stalled;
  for (int i = 0; i < 100; ++i) {
    stalled.push_back(Connect());
    stalled.back().Send(Upload(200'000, 1));
  }
  EXPECT_EQ(Ask(Upload(200'000, 200'000)).body, "200000");
  EXPECT_EQ(Metric("gateway_http_rejected_total", "OVERLOADED"), 0);
}

TEST_F(EdgeMemory, AnswersThatAreNotTakenMakeRoom) {
  options_.max_held = 2 * kLargeBody;
  Start();
  std::vector<RawClient> stalled;
  for (int i = 0; i < 6; ++i) {
    stalled.push_back(Connect(4096));
    stalled.back().Send(Get("/copy"));
  }
  ASSERT_TRUE(Eventually([&] { return Metric("gateway_http_rejected_total", "ANSWER_NOT_TAKEN") >= 4; }));
  RawClient client = Connect();
  client.Send(Get("/hello"));
  EXPECT_EQ(client.Read().body, "hello");
  EXPECT_GE(Metric("gateway_http_open_connections"), 2);
}

TEST_F(EdgeMemory, AnswersBehindOneThatIsNotThereMakeRoom) {
  options_.max_held = 2 * kLargeBody;
  Start();
  std::vector<RawClient> stalled;
  for (int i = 0; i < 6; ++i) {
    stalled.push_back(Connect());
    stalled.back().Send(Get("/later") + Get("/copy"));
  }
  EXPECT_TRUE(Eventually([&] { return Metric("gateway_http_rejected_total", "ANSWER_NOT_TAKEN") >= 4; }));
  EXPECT_EQ(Ask(Get("/copy")).body.size(), kLargeBody);
}

TEST_F(EdgeMemory, WhatHandlersHaveIsNotTakenFromClientsThatAreReading) {
  options_.max_held = 400'000;
  options_.max_in_service = 10'000'000;
  Start();
  const std::vector<RawClient> waiting = KeepBodies(10);
  RawClient good = Connect();
  good.Send(Upload(100'000, 50'000));
  RawClient slow = Connect();
  slow.Send("GET /hello HTTP/1.1\r\nHo");
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Ask(Get("/hello")).body, "hello");
  good.Send(std::string(50'000, 'b'));
  EXPECT_EQ(good.Read().body, "100000");
  slow.Send("st: a\r\n\r\n");
  EXPECT_EQ(slow.Read().body, "hello");
  EXPECT_EQ(Metric("gateway_http_rejected_total"), 0);
}

TEST_F(EdgeMemory, LargeBodiesAreTurnedAwayWhileHandlersHaveEnough) {
  options_.max_in_service = 150'000;
  Start();
  RawClient announced = Connect();
  announced.Send(Upload(20'000, 10'000));
  std::vector<RawClient> waiting = KeepBodies(2);
  EXPECT_THAT(Ask(Upload(20'000, 0)).body, HasSubstr("OVERLOADED"));
  EXPECT_EQ(Ask(Upload(10'000, 10'000)).body, "10000");
  announced.Send(std::string(10'000, 'b'));
  EXPECT_THAT(announced.Read().body, HasSubstr("OVERLOADED")) << "its end came when there was no room any more";
  for (Reply& reply : kept_) std::move(reply).Send(TextResponse(200, "done"));
  for (RawClient& client : waiting) EXPECT_EQ(client.Read().body, "done");
  EXPECT_EQ(Ask(Upload(20'000, 20'000)).body, "20000");
}

TEST_F(EdgeMemory, AnswersThatAllShareTakeNoRoom) {
  options_.max_held = 2 * kLargeBody;
  Start();
  std::vector<RawClient> stalled;
  for (int i = 0; i < 6; ++i) {
    stalled.push_back(Connect(4096));
    stalled.back().Send(Get("/large"));
  }
  for (RawClient& client : stalled) EXPECT_EQ(client.Read().body.size(), kLargeBody);
}

TEST_F(EdgeMemory, NoMoreRequestsAreBegunWhileLargeAnswersWait) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later") + Get("/copy"));
  auto first = held_.Take();
  ASSERT_TRUE(first.has_value());
  client.Send(Get("/later"));
  // The loop that answers this has seen the other connection's bytes before.
  ASSERT_EQ(Ask(Get("/hello")).status, 200);
  EXPECT_TRUE(held_.Empty());
  std::move(*first).Send(TextResponse(200, "first"));
  EXPECT_EQ(client.Read().body, "first");
  EXPECT_EQ(client.Read().body.size(), kLargeBody);
  auto last = held_.Take();
  ASSERT_TRUE(last.has_value());
  std::move(*last).Send(TextResponse(200, "last"));
  EXPECT_EQ(client.Read().body, "last");
}

TEST_F(EdgeMemory, NoMoreRequestsAreBegunWhileLargeBodiesAreAtTheirHandlers) {
  options_.max_queued = 50'000;
  Start();
  RawClient client = Connect();
  std::string requests;
  for (int i = 0; i < 5; ++i) requests += Upload(30'000, 30'000, "/keep");
  client.Send(requests);
  for (int i = 0; i < 2; ++i) {
    auto reply = held_.Take();
    ASSERT_TRUE(reply.has_value());
    kept_.push_back(*std::move(reply));
  }
  // The loop that answers these has read, again and again, what it wants to read of the other connection.
  for (int i = 0; i < 10; ++i) ASSERT_EQ(Ask(Get("/hello")).status, 200);
  EXPECT_TRUE(held_.Empty());
  for (int i = 0; i < 5; ++i) {
    std::move(kept_[static_cast<std::size_t>(i)]).Send(TextResponse(200, std::to_string(i)));
    EXPECT_EQ(client.Read().body, std::to_string(i));
    if (kept_.size() == 5) continue;
    auto reply = held_.Take();
    ASSERT_TRUE(reply.has_value());
    kept_.push_back(*std::move(reply));
  }
}

TEST_F(EdgeMemory, ARequestThatIsBegunIsReadWhileLargeAnswersWait) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later") + Get("/copy") + Upload(100'000, 50'000, "/keep"));
  auto first = held_.Take();
  ASSERT_TRUE(first.has_value());
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Ask(Get("/hello")).status, 200);
  client.Send(std::string(50'000, 'b') + Get("/hello"));
  auto begun = held_.Take();
  ASSERT_TRUE(begun.has_value()) << "its body is not read while its time runs";
  std::move(*first).Send(TextResponse(200, "first"));
  EXPECT_EQ(client.Read().body, "first");
  EXPECT_EQ(client.Read().body.size(), kLargeBody);
  std::move(*begun).Send(TextResponse(200, "begun"));
  EXPECT_EQ(client.Read().body, "begun");
  EXPECT_EQ(client.Read().body, "hello");
}

// The drill in tests/faults does this with the real limits, for a minute.
TEST_F(EdgeMemory, EachSlowClientIsCutWhileOthersAreServed) {
  options_.head_timeout = options_.body_timeout = options_.idle_timeout = options_.write_timeout = 2s;
  Start();
  std::vector<RawClient> slow;
  for (int i = 0; i < 75; ++i) {
    for (const std::string& bytes : {std::string("GET /hello HTTP/1.1\r\nX: "), Upload(100, 1), Get("/hello"), Get("/large")}) {
      slow.push_back(Connect(4096));
      slow.back().Send(bytes);
    }
  }
  EXPECT_TRUE(Eventually([&] {
    EXPECT_EQ(Ask(Get("/hello")).body, "hello");
    return Metric("gateway_http_open_connections") <= 1;
  }));
}

}  // namespace
}  // namespace inkwell::gateway
