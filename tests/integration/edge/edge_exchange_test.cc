// How requests are answered: by whom, in which order, with which bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/integration/edge/edge_fixture.h"

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST_F(EdgeTest, AnswersAndKeepsTheConnection) {
  Start();
  RawClient client = Connect();
  for (int i = 0; i < 3; ++i) {
    client.Send(Get("/hello"));
    const RawAnswer answer = client.Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_THAT(answer.head, Not(HasSubstr("Connection:")));
  }
}

TEST_F(EdgeTest, TakesAnAnswerFromAnotherThread) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  std::move(*reply).Send(TextResponse(200, "at last"));
  EXPECT_EQ(client.Read().body, "at last");
}

TEST_F(EdgeTest, AnswersFiveHundredWhenAHandlerDropsItsReply) {
  Start();
  const RawAnswer answer = Ask(Get("/drop"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("\"reason\":\"INTERNAL\""));
}

TEST_F(EdgeTest, AnswersFiveHundredInsteadOfASplitAnswer) {
  Start();
  const RawAnswer answer = Ask(Get("/bad"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.head, Not(HasSubstr("Set-Cookie")));
}

TEST_F(EdgeTest, AnswersPipelinedRequestsInOrder) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later") + Get("/hello") + Get("/later") + Get("/nothing"));
  auto first = held_.Take();
  auto second = held_.Take();
  ASSERT_TRUE(first.has_value() && second.has_value());
  std::move(*second).Send(TextResponse(200, "second"));
  EXPECT_FALSE(client.HasInput());
  std::move(*first).Send(TextResponse(200, "first"));
  EXPECT_EQ(client.Read().body, "first");
  EXPECT_EQ(client.Read().body, "hello");
  EXPECT_EQ(client.Read().body, "second");
  EXPECT_EQ(client.Read().status, 404);
}

TEST_F(EdgeTest, TakesMorePipelinedRequestsThanItKeepsInFlight) {
  options_.max_pipelined = 2;
  Start();
  RawClient client = Connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += i % 2 == 0 ? Get("/hello") : Post("/echo", "Content-Length: 3\r\n", "abc");
  client.Send(requests);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(client.Read().body, i % 2 == 0 ? "hello" : "abc") << i;
}

TEST_F(EdgeTest, AnswersWhatCameBeforeAnError) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/hello") + "BROKEN\r\n\r\n" + Get("/hello"));
  EXPECT_EQ(client.Read().status, 200);
  const RawAnswer error = client.Read();
  EXPECT_EQ(error.status, 400);
  EXPECT_TRUE(error.HasHeader("Connection: close"));
  EXPECT_TRUE(client.Ended());
}

TEST_F(EdgeTest, AnswersHeadWithTheLengthAndNoBody) {
  Start();
  RawClient client = Connect();
  client.Send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + Get("/hello"));
  const RawAnswer head = client.Read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.HasHeader("Content-Length: 5"));
  EXPECT_EQ(client.Read().body, "hello");
}

TEST_F(EdgeTest, ShowsHandlersTheRequestAsItWasSent) {
  Start();
  EXPECT_EQ(Ask("GET http://a/inspect/a%20b?q=1 HTTP/1.1\r\nHost: a\r\nX-Test: a%0d%0ab\r\nx-test: 2\r\n\r\n").body,
            "method=GET path=/inspect/a b target=/inspect/a%20b?q=1 client=127.0.0.1 id=a b x=a%0d%0ab xs=2 decoded=no");
}

TEST_F(EdgeTest, UsesAClientsRequestIdOnlyWhenItIsSafe) {
  Start();
  EXPECT_TRUE(Ask(Get("/hello", "X-Request-Id: my-id.1\r\n")).HasHeader("X-Request-Id: my-id.1"));
  EXPECT_THAT(Ask(Get("/hello", "X-Request-Id: my id\r\n")).head, Not(HasSubstr("my id")));
  EXPECT_THAT(Ask(Get("/nothing", "X-Request-Id: my-id.2\r\n")).body, HasSubstr("\"requestId\":\"my-id.2\""));
}

TEST_F(EdgeTest, TellsAnHttp10ClientWhatBecomesOfTheConnection) {
  Start();
  RawClient once = Connect();
  once.Send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(once.Read().HasHeader("Connection: close"));
  EXPECT_TRUE(once.Ended());
  RawClient kept = Connect();
  kept.Send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(kept.Read().HasHeader("Connection: keep-alive"));
  kept.Send(Get("/hello", "Connection: close\r\n"));
  EXPECT_TRUE(kept.Read().HasHeader("Connection: close"));
  EXPECT_TRUE(kept.Ended());
}

TEST_F(EdgeTest, ServesAClientThatClosedItsSide) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  client.FinishSending();
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  std::move(*reply).Send(TextResponse(200, "still here"));
  EXPECT_EQ(client.Read().body, "still here");
  EXPECT_TRUE(client.Ended());
}

TEST_F(EdgeTest, IgnoresAnswersForClientsThatLeft) {
  Start();
  {
    const RawClient client = Connect();
    client.Send(Get("/later"));
  }
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  std::move(*reply).Send(TextResponse(200, std::string(1'000'000, 'x')));
  EXPECT_EQ(Ask(Get("/hello")).status, 200);
}

TEST_F(EdgeTest, IgnoresAnswersAfterItsEnd) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later"));
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  server_.reset();
  std::move(*reply).Send(TextResponse(200, "too late"));
  EXPECT_TRUE(client.Ended());
}

TEST_F(EdgeTest, SurvivesRepliesThatAreDroppedAfterItsEnd) {
  Start();
  const RawClient client = Connect();
  client.Send(Get("/later"));
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  server_.reset();
  EXPECT_EQ(reply->request_id().size(), 32U);
  reply.reset();
}

TEST_F(EdgeTest, SendsContinueOnlyToClientsThatWaitForIt) {
  Start();
  RawClient client = Connect();
  const std::string head = Post("/upload", "Content-Length: 5\r\nExpect: 100-continue\r\n", "");
  client.Send(head);
  EXPECT_EQ(client.Read(true).status, 100);
  client.Send("hello");
  EXPECT_EQ(client.Read().body, "5");
  client.Send(head + "hello");
  EXPECT_EQ(client.Read().body, "5");
}

TEST_F(EdgeTest, SendsContinueAfterTheAnswersThatAreDueBefore) {
  Start();
  RawClient client = Connect();
  client.Send(Get("/later") + Post("/upload", "Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
  auto reply = held_.Take();
  ASSERT_TRUE(reply.has_value());
  std::move(*reply).Send(TextResponse(200, "first"));
  EXPECT_EQ(client.Read().body, "first");
  EXPECT_EQ(client.Read(true).status, 100);
  client.Send("hello");
  EXPECT_EQ(client.Read().body, "5");
}

TEST_F(EdgeTest, RefusesAnExpectedBodyBeforeItIsSent) {
  Start();
  EXPECT_EQ(Ask(Post("/echo", "Content-Length: 1001\r\nExpect: 100-continue\r\n", "")).status, 413);
  EXPECT_EQ(Ask(Post("/nothing", "Content-Length: 5\r\nExpect: 100-continue\r\n", "")).status, 404);
  EXPECT_EQ(Ask(Post("/hello", "Content-Length: 5\r\nExpect: 100-continue\r\n", "")).status, 405);
  EXPECT_EQ(Ask(Post("/echo", "Content-Length: 5\r\nExpect: tea\r\n", "")).status, 417);
}

TEST_F(EdgeTest, HoldsEachRoutesBodyLimit) {
  Start();
  const std::string thousand(1000, 'b');
  EXPECT_EQ(Ask(Post("/echo", "Content-Length: 1000\r\n", thousand)).body, thousand);
  EXPECT_EQ(Ask(Post("/echo", "Content-Length: 1001\r\n", thousand + "b")).status, 413);
  EXPECT_EQ(Ask(Post("/echo", "Transfer-Encoding: chunked\r\n", "3E8\r\n" + thousand + "\r\n0\r\n\r\n")).body, thousand);
  EXPECT_EQ(Ask(Post("/echo", "Transfer-Encoding: chunked\r\n", "3E9\r\n" + thousand + "b\r\n0\r\n\r\n")).status, 413);
  EXPECT_EQ(Ask(Post("/upload", "Content-Length: 200000\r\n", std::string(200'000, 'b'))).body, "200000");
}

TEST_F(EdgeTest, DeliversAnErrorToAClientThatIsStillSending) {
  Start();
  RawClient client = Connect();
  // More than the socket buffers hold would be reset away, did the server not read on.
  client.Send(Post("/echo", "Content-Length: 900000\r\n", std::string(900'000, 'b')));
  const RawAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 413);
  EXPECT_TRUE(answer.HasHeader("Connection: close"));
  EXPECT_TRUE(client.Ended());
}

TEST_F(EdgeTest, SendsLargeAnswersWhole) {
  Start();
  RawClient client = Connect(4096);
  client.Send(Get("/large") + Get("/hello"));
  EXPECT_EQ(client.Read().body, std::string(kLargeBody, 'L'));
  EXPECT_EQ(client.Read().body, "hello");
}

TEST_F(EdgeTest, CountsRequestsByRouteAndStatus) {
  Start();
  EXPECT_EQ(Ask(Get("/hello")).status, 200);
  EXPECT_EQ(Ask(Get("/nothing")).status, 404);
  EXPECT_EQ(Ask("BROKEN\r\n\r\n").status, 400);
  EXPECT_EQ(Metric("gateway_http_requests_total", "/hello"), 1);
  EXPECT_EQ(Metric("gateway_http_rejected_total", "BAD_REQUEST_LINE"), 1);
}

TEST_F(EdgeTest, ServesFromSeveralReactors) {
  options_.reactors = 3;
  Start();
  for (int i = 0; i < 60; ++i) ASSERT_EQ(Ask(Get("/hello")).body, "hello");
}

}  // namespace
}  // namespace inkwell::gateway
