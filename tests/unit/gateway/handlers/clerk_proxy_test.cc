#include "gateway/handlers/clerk_proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

using testing::Contains;

MATCHER_P2(IsField, name, value, "") { return arg.name == name && arg.value == value; }

// Answers what the test sets, and keeps what it was asked.
struct Conversation {
  std::optional<UpstreamRequest> asked;
  UpstreamResult answer = UpstreamResponse{200, {{"Content-Type", "application/json"}}, "{}"};
};

class FakeUpstream final : public ClerkUpstream {
 public:
  explicit FakeUpstream(Conversation& conversation) : conversation_(conversation) {}
  void Send(UpstreamRequest request, std::function<void(UpstreamResult)> done) override {
    conversation_.asked = std::move(request);
    done(conversation_.answer);
  }

 private:
  Conversation& conversation_;
};

class ClerkProxyTest : public ::testing::Test {
 protected:
  Response Forward(Exchange::Parts parts) {
    const ClerkProxy proxy({"http://clerk.test:4000", public_url, true}, std::make_unique<FakeUpstream>(upstream));
    const Exchange exchange(std::move(parts));
    proxy.Forward(exchange.request(), exchange.reply());
    auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return std::move(answer).value_or(Response{});
  }

  UpstreamResponse& answer() { return *upstream.answer; }

  Conversation upstream;
  std::string public_url;
};

TEST_F(ClerkProxyTest, HandsPathQueryAndBodyOnAsTheyCame) {
  const Response response = Forward({.method = "POST", .target = "/__clerk/v1/client?_method=PATCH&a=%2F&b", .body = "x=1"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.body.view(), "{}");
  EXPECT_EQ(upstream.asked->target, "/v1/client?_method=PATCH&a=%2F&b");
  EXPECT_EQ(upstream.asked->method, "POST");
  EXPECT_EQ(upstream.asked->body, "x=1");
}

TEST_F(ClerkProxyTest, LetsNoPathBecomeAPartOfTheUpstreamsName) {
  for (const char* target : {"/__clerk%2f.evil.example/x", "/%5f%5fclerk/x", "/__clerk%2Fx", "/__clerk"}) {
    EXPECT_EQ(Forward({.target = target}).status, 400) << target;
    EXPECT_FALSE(upstream.asked.has_value()) << target;
  }
}

TEST_F(ClerkProxyTest, HandsOnNothingButWhatBrowsersAskClerkFor) {
  for (const char* target : {"/__clerk/", "/__clerk/x", "/__clerk//evil.example/v1/", "/__clerk/v1/../_emulator/reset",
                             "/__clerk/v1/%2e%2E/_emulator/reset", "/__clerk/v1/.%2e", "/__clerk/v1/..\\x",
                             "/__clerk/_emulator/reset", "/__clerk/_emulator/token/x"}) {
    EXPECT_EQ(Forward({.target = target}).status, 404) << target;
    EXPECT_FALSE(upstream.asked.has_value()) << target;
  }
  EXPECT_TRUE(IsClerkPath("/npm/@clerk/clerk-js@6/dist/clerk.browser.js", false));
  EXPECT_TRUE(IsClerkPath("/_emulator/token", true));
  EXPECT_FALSE(IsClerkPath("/_emulator/token", false));
}

TEST_F(ClerkProxyTest, DropsWhatConcernsTheHopAndWhatOnlyAProxySays) {
  Forward({.target = "/__clerk/v1/x",
           .headers = {{"Host", "localhost:3000"},
                       {"Connection", "close, x-secret"},
                       {"X-Secret", "1"},
                       {"Transfer-Encoding", "chunked"},
                       {"X-Forwarded-For", "1.2.3.4"},
                       {"X-Forwarded-Host", "evil"},
                       {"Clerk-Proxy-Url", "https://evil/__clerk"},
                       {"Clerk-Secret-Key", "sk_x"},
                       {"Accept-Encoding", "br"},
                       {"Cookie", "__client=a"},
                       {"Origin", "http://localhost:3000"},
                       {"Content-Type", "application/json"}}});
  const auto& headers = upstream.asked->headers;
  EXPECT_EQ(headers.size(), 8U);
  EXPECT_THAT(headers, Contains(IsField("Accept-Encoding", "br")));
  EXPECT_THAT(headers, Contains(IsField("Cookie", "__client=a")));
  EXPECT_THAT(headers, Contains(IsField("Origin", "http://localhost:3000")));
  EXPECT_THAT(headers, Contains(IsField("Clerk-Proxy-Url", "http://localhost:3000/__clerk")));
  EXPECT_THAT(headers, Contains(IsField("X-Forwarded-For", "127.0.0.1")));
  EXPECT_THAT(headers, Contains(IsField("X-Forwarded-Proto", "http")));
  EXPECT_THAT(headers, Contains(IsField("X-Request-Id", "request-1")));
}

TEST_F(ClerkProxyTest, NamesThePublicUrlWhereOneIsSet) {
  public_url = "https://inkwell.example";
  Forward({.target = "/__clerk/v1/x", .headers = {{"Host", "localhost:3000"}}});
  EXPECT_THAT(upstream.asked->headers, Contains(IsField("Clerk-Proxy-Url", "https://inkwell.example/__clerk")));
  EXPECT_THAT(upstream.asked->headers, Contains(IsField("X-Forwarded-Proto", "https")));
}

TEST_F(ClerkProxyTest, PassesFieldsAsTheyCameButNothingOfTheHopAndNothingThatCouldSplitTheAnswer) {
  answer().headers = {{"Set-Cookie", "a=%3D1"},       {"set-cookie", "b=2"},  {"Set-Cookie", "c=3\r\nX-Evil: 1"},
                      {"Connection", "close, X-Hop"}, {"X-Hop", "x"},         {"Transfer-Encoding", "chunked"},
                      {"Content-Length", "7"},        {"Server", "emulator"}, {"Content-Encoding", "gzip"},
                      {"Cache-Control", "immutable"}};
  const Response response = Forward({.target = "/__clerk/v1/x"});
  ASSERT_EQ(response.headers.size(), 4U);
  EXPECT_THAT(response.headers, Contains(IsField("Set-Cookie", "a=%3D1")));
  EXPECT_THAT(response.headers, Contains(IsField("set-cookie", "b=2")));
  EXPECT_THAT(response.headers, Contains(IsField("Content-Encoding", "gzip")));
  EXPECT_THAT(response.headers, Contains(IsField("Cache-Control", "immutable")));
}

TEST_F(ClerkProxyTest, AsksForTheLengthThatAHeadRequestIsToldByGet) {
  answer().body = "a body";
  const Response response = Forward({.method = "HEAD", .target = "/__clerk/v1/x"});
  EXPECT_EQ(upstream.asked->method, "GET");
  EXPECT_EQ(response.body.view(), "a body") << "the edge leaves it out";
}

TEST_F(ClerkProxyTest, PassesErrorsOfClerkOn) {
  answer().status = 422;
  EXPECT_EQ(Forward({.target = "/__clerk/v1/x"}).status, 422);
}

TEST_F(ClerkProxyTest, PassesRedirectsOnAndKeepsThoseToClerkBehindTheProxy) {
  answer().status = 303;
  for (const auto& [location, expected] :
       {std::pair{"http://clerk.test:4000/v1/oauth_callback?code=1", "/__clerk/v1/oauth_callback?code=1"},
        std::pair{"/v1/client", "/__clerk/v1/client"}, std::pair{"/__clerk/v1/client", "/__clerk/v1/client"},
        std::pair{"http://localhost:3000/sign-in#/sso-callback", "http://localhost:3000/sign-in#/sso-callback"},
        std::pair{"http://clerk.test:40001/v1", "http://clerk.test:40001/v1"}, std::pair{"?again", "?again"}}) {
    answer().headers = {{"Location", location}};
    const Response response = Forward({.target = "/__clerk/v1/x"});
    EXPECT_EQ(response.status, 303);
    EXPECT_EQ(HeaderOf(response, "Location"), expected);
  }
}

TEST_F(ClerkProxyTest, NamesTheKindOfSilence) {
  for (const auto& [failure, status] : {std::pair{UpstreamFailure::kTimeout, 504}, std::pair{UpstreamFailure::kUnreachable, 502},
                                        std::pair{UpstreamFailure::kTooLarge, 502}, std::pair{UpstreamFailure::kUnusable, 502},
                                        std::pair{UpstreamFailure::kOverloaded, 503}}) {
    upstream.answer = tl::unexpected(failure);
    EXPECT_EQ(Forward({.target = "/__clerk/v1/x"}).status, status);
  }
  upstream.answer = UpstreamResponse{101, {}, {}};
  EXPECT_EQ(Forward({.target = "/__clerk/v1/x"}).status, 502);
}

TEST_F(ClerkProxyTest, IsAbsentWithoutAnUpstream) {
  const ClerkProxy proxy({}, nullptr);
  const Exchange exchange({.target = "/__clerk/v1/x"});
  proxy.Forward(exchange.request(), exchange.reply());
  const auto absent = exchange.Answer();
  ASSERT_TRUE(absent.has_value());
  EXPECT_EQ(absent->status, 404);
}

}  // namespace
}  // namespace inkwell::gateway
