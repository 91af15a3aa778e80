#include "gateway/handlers/clerk_proxy.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

// Answers what the test sets, and keeps what it was asked.
class FakeUpstream final : public clerk::HttpClient {
 public:
  clerk::Result<clerk::HttpResponse, clerk::HttpError> Send(const clerk::HttpRequest& request) override {
    asked = request;
    if (failure) return clerk::HttpError{*failure, "no answer"};
    return answer;
  }

  std::optional<clerk::HttpRequest> asked;
  std::optional<clerk::HttpFailure> failure;
  clerk::HttpResponse answer{200, {{"Content-Type", "application/json"}}, "{}"};
};

class ClerkProxyTest : public testing::Test {
 protected:
  Response Forward(Exchange::Parts parts) {
    ClerkProxy proxy("http://clerk.test:4000", upstream);
    const Exchange exchange(std::move(parts));
    proxy.Forward(exchange.request(), exchange.reply());
    auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return std::move(answer).value_or(Response{});
  }

  std::shared_ptr<FakeUpstream> upstream = std::make_shared<FakeUpstream>();
};

TEST_F(ClerkProxyTest, HandsPathQueryAndBodyOnAsTheyCame) {
  const Response response = Forward({.method = "POST", .target = "/__clerk/v1/client?a=%2F&b", .body = "x=1"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body.view(), "{}");
  EXPECT_EQ(upstream->asked->url, "http://clerk.test:4000/v1/client?a=%2F&b");
  EXPECT_EQ(upstream->asked->method, "POST");
  EXPECT_EQ(upstream->asked->body, "x=1");
}

TEST_F(ClerkProxyTest, LetsNoPathBecomeAPartOfTheUpstreamsName) {
  for (const char* target : {"/__clerk%2f.evil.example/x", "/%5f%5fclerk/x", "/__clerk%2Fx", "/__clerk"}) {
    EXPECT_EQ(Forward({.target = target}).status, 400) << target;
    EXPECT_FALSE(upstream->asked.has_value()) << target;
  }
}

TEST_F(ClerkProxyTest, DropsHeadersThatConcernTheHop) {
  Forward({.target = "/__clerk/x",
           .headers = {{"Host", "localhost"},
                       {"Connection", "close, x-secret"},
                       {"Transfer-Encoding", "chunked"},
                       {"X-Forwarded-For", "1.2.3.4"},
                       {"Accept-Encoding", "br"},
                       {"Cookie", "__client=a"},
                       {"Origin", "http://localhost:3000"},
                       {"Content-Type", "application/json"}}});
  ASSERT_EQ(upstream->asked->headers.size(), 3U);
  EXPECT_EQ(upstream->asked->headers[0].name, "Cookie");
  EXPECT_EQ(upstream->asked->headers[1].name, "Origin");
  EXPECT_EQ(upstream->asked->headers[2].name, "Content-Type");
}

TEST_F(ClerkProxyTest, PassesCookiesButNothingThatCouldSplitTheAnswer) {
  upstream->answer.headers = {{"Set-Cookie", "a=1"},  {"set-cookie", "b=2"},       {"Set-Cookie", "c=3\r\nX-Evil: 1"},
                              {"Connection", "x"},    {"Transfer-Encoding", "y"},  {"Content-Length", "7"},
                              {"Server", "emulator"}, {"Location", "http://evil/"}};
  const Response response = Forward({.target = "/__clerk/x"});
  ASSERT_EQ(response.headers.size(), 2U);
  EXPECT_EQ(response.headers[0].value, "a=1");
  EXPECT_EQ(response.headers[1].value, "b=2");
}

TEST_F(ClerkProxyTest, PassesErrorsOfClerkOn) {
  upstream->answer.status = 422;
  EXPECT_EQ(Forward({.target = "/__clerk/x"}).status, 422);
}

TEST_F(ClerkProxyTest, PassesNoRedirectOn) {
  upstream->answer.status = 302;
  EXPECT_EQ(Forward({.target = "/__clerk/x"}).status, 502);
}

TEST_F(ClerkProxyTest, NamesTheKindOfSilence) {
  for (const auto& [failure, status] :
       {std::pair{clerk::HttpFailure::kTimeout, 504}, std::pair{clerk::HttpFailure::kUnreachable, 502},
        std::pair{clerk::HttpFailure::kTooLarge, 502}, std::pair{clerk::HttpFailure::kInvalidUrl, 400}}) {
    upstream->failure = failure;
    EXPECT_EQ(Forward({.target = "/__clerk/x"}).status, status);
  }
}

TEST_F(ClerkProxyTest, AsksNobodyWhenTheTimeIsOver) {
  EXPECT_EQ(Forward({.target = "/__clerk/x", .timeout = std::chrono::milliseconds(0)}).status, 504);
  EXPECT_FALSE(upstream->asked.has_value());
}

TEST_F(ClerkProxyTest, IsAbsentWithoutAnUpstream) {
  ClerkProxy proxy("", upstream);
  const Exchange exchange({.target = "/__clerk/x"});
  proxy.Forward(exchange.request(), exchange.reply());
  const auto answer = exchange.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 404);
}

}  // namespace
}  // namespace inkwell::gateway
