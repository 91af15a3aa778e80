// A browser that comes with a cookie older than a minute: a page leads it through Clerk's handshake, an API call does not.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/e2e/stack.h"

namespace inkwell::e2e {
namespace {

class PageNavigation : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }

  // As a browser sends it that was signed in at `issued`, with a token of a minute.
  static std::string Cookies(const std::string& user_id, std::int64_t issued) {
    const auto token = stack_->clerk().SessionToken(user_id, {{"iat", issued}, {"nbf", issued - 10}, {"exp", issued + 60}});
    return "__client_uat=" + std::to_string(issued - 60) + "; __clerk_db_jwt=dvb_test; __session=" + token;
  }
  static HttpAnswer Navigate(const std::string& path, const std::string& cookies) {
    return HttpClient(stack_->gateway_port())
        .Get(path, {{"Cookie", cookies}, {"Accept", "text/html"}, {"Sec-Fetch-Dest", "document"}});
  }

  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(PageNavigation, AnExpiredCookieLeadsAPageThroughTheHandshake) {
  const auto answer = Navigate("/account/export", Cookies(UserId("reader"), NowMilliseconds() / 1000 - 600));
  EXPECT_EQ(answer.status, 307);
  const auto location = answer.Header("location");
  EXPECT_NE(location.find("/__clerk/v1/client/handshake?redirect_url="), std::string::npos) << location;
  EXPECT_NE(location.find("session-token-expired"), std::string::npos) << location;
  EXPECT_EQ(answer.Header("cache-control"), "no-store");
}

TEST_F(PageNavigation, AnExpiredCookieIs401ToAnApiCall) {
  const auto cookies = Cookies(UserId("reader"), NowMilliseconds() / 1000 - 600);
  const auto answer = HttpClient(stack_->gateway_port()).Get("/api/me", {{"Cookie", cookies}, {"Accept", "application/json"}});
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.Header("location"), "");
  EXPECT_NE(answer.Header("x-clerk-auth-reason").find("session-token-expired"), std::string::npos);
}

TEST_F(PageNavigation, AFreshCookieOpensThePage) {
  const auto reader = UserId("fresh reader");
  const auto created = TestClerk::Event("user.created", TestClerk::User(reader, 1000, "reader@example.com"));
  ASSERT_EQ(stack_->Deliver(created).status, 200);
  const auto answer = Navigate("/account/export", Cookies(reader, NowMilliseconds() / 1000));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Json()["user"]["email"], "reader@example.com");
}

}  // namespace
}  // namespace inkwell::e2e
