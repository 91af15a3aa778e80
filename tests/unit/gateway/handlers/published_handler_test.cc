#include "gateway/handlers/published_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/gateway/exchange.h"
#include "tests/unit/gateway/handlers/fake_services.h"

namespace inkwell::gateway {
namespace {

using ::testing::HasSubstr;

class PublishedHandlerTest : public ::testing::Test {
 protected:
  using Method = void (PublishedHandler::*)(const RequestInfo&, Reply) const;

  Response Run(Method method, const std::string& query = "", const std::string& author = "user_2abc",
               std::vector<std::pair<std::string, std::string>> headers = {}) {
    headers.emplace_back("Host", "inkwell.test");
    const Exchange exchange({.target = "/x" + query, .headers = std::move(headers), .path_parameters = {{"authorId", author}}});
    const PublishedHandler handler(services_.UsersStub(), services_.PostsStub(), public_url_);
    (handler.*method)(exchange.request(), exchange.reply());
    auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return std::move(answer).value_or(Response{});
  }

  FakeServices services_;
  std::string public_url_;
};

TEST_F(PublishedHandlerTest, ListsForAnybodyInTheGatewaysName) {
  const Response response = Run(&PublishedHandler::List, "?limit=5&cursor=abc");
  EXPECT_EQ(response.status, 200);
  const auto page = nlohmann::json::parse(response.body.view());
  EXPECT_EQ(page["posts"][0]["title"], "Post 1");
  EXPECT_EQ(page["nextCursor"], "next");
  EXPECT_EQ(services_.posts.principal, "service:gateway");
  EXPECT_EQ(services_.posts.listed.author_id(), "user_2abc");
  EXPECT_EQ(services_.posts.listed.page_size(), 5);
  EXPECT_EQ(services_.posts.listed.page_token(), "abc");
  EXPECT_EQ(services_.users.got.source(), users::v1::GetUserRequest::SOURCE_COPY);
}

TEST_F(PublishedHandlerTest, ShowsAPageAndAFeed) {
  const Response page = Run(&PublishedHandler::Page);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(std::string(page.body.view()), HasSubstr("<h1 class=\"page-title\">Ada</h1>"));
  EXPECT_THAT(HeaderOf(page, "Content-Security-Policy"), HasSubstr("default-src 'none'; style-src 'self'"));
  const Response feed = Run(&PublishedHandler::Feed);
  EXPECT_EQ(feed.content_type, "application/atom+xml; charset=utf-8");
  EXPECT_THAT(std::string(feed.body.view()), HasSubstr("href=\"http://inkwell.test/u/user_2abc/feed.atom\""));
  public_url_ = "https://inkwell.example";
  EXPECT_THAT(std::string(Run(&PublishedHandler::Feed).body.view()), HasSubstr("href=\"https://inkwell.example/u/user_2abc\""));
}

TEST_F(PublishedHandlerTest, AnswersNotModifiedToAClientThatHasIt) {
  const Response first = Run(&PublishedHandler::Page);
  const std::string etag = HeaderOf(first, "ETag");
  ASSERT_GT(etag.size(), 2U);
  EXPECT_EQ(HeaderOf(first, "Cache-Control"), "no-cache");
  for (const std::string& tags : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    const Response second = Run(&PublishedHandler::Page, "", "user_2abc", {{"If-None-Match", tags}});
    EXPECT_EQ(second.status, 304) << tags;
    EXPECT_EQ(second.body.view(), "");
    EXPECT_EQ(HeaderOf(second, "ETag"), etag);
  }
  EXPECT_EQ(Run(&PublishedHandler::Page, "", "user_2abc", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(PublishedHandlerTest, AnAuthorWhomNobodyKnowsIsNotFound) {
  for (const char* author : {"no user", "user_<", "", "user_\xC3\xA4"}) {
    EXPECT_EQ(Run(&PublishedHandler::List, "", author).status, 404) << author;
  }
  EXPECT_EQ(services_.users.calls, 0);
  services_.users.refusal = runtime::Error{runtime::Code::kNotFound, "USER_NOT_FOUND", "", {}};
  for (const Method method : {&PublishedHandler::List, &PublishedHandler::Page, &PublishedHandler::Feed}) {
    EXPECT_EQ(Run(method).status, 404);
  }
}

TEST_F(PublishedHandlerTest, SaysNoToAPersonByAPage) {
  services_.users.refusal = runtime::Error{runtime::Code::kNotFound, "USER_NOT_FOUND", "", {}};
  const Response response = Run(&PublishedHandler::Page);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(HeaderOf(response, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(std::string(response.body.view()), HasSubstr("<h1 class=\"page-title\">Not Found</h1>"));
  services_.users.refusal = runtime::Error{runtime::Code::kUnavailable, "UNAVAILABLE", "", {}};
  const Response later = Run(&PublishedHandler::Page);
  EXPECT_EQ(later.status, 503);
  EXPECT_EQ(later.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(HeaderOf(later, "Retry-After"), "1");
}

TEST_F(PublishedHandlerTest, NamesTheParameterThatIsWrong) {
  const Response response = Run(&PublishedHandler::List, "?limit=0");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(nlohmann::json::parse(response.body.view())["field"], "limit");
}

}  // namespace
}  // namespace inkwell::gateway
