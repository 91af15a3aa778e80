#include "clerk-emulator/frontend_api/handshake.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

class HandshakeTest : public testing::Test {
 protected:
  HttpResponse Shake(const std::string& page) {
    auto request = MakeRequest("GET", "/v1/client/handshake");
    request.query = {{"redirect_url", page}};
    request.headers["clerk-proxy-url"] = "http://localhost:3000/__clerk";
    if (!browser_.cookie().empty()) request.headers["cookie"] = "__client=" + browser_.cookie();
    return emulator_.Handle(request);
  }
  // The Set-Cookie headers in the answer's token.
  static std::vector<std::string> CookiesOf(const HttpResponse& response) {
    const auto location = HeaderOf(response, "Location");
    const auto token = location.substr(location.find("__clerk_handshake=") + 18);
    return Claims(token).at("handshake").get<std::vector<std::string>>();
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_, "http://127.0.0.1:9/"};
  TestBrowser browser_{emulator_};
};

TEST_F(HandshakeTest, BringsASignedInBrowserAFreshToken) {
  browser_.SignUp();
  const auto response = Shake("http://localhost:3000/account?tab=1#top");
  EXPECT_EQ(response.status, 307);
  EXPECT_THAT(HeaderOf(response, "Location"), StartsWith("http://localhost:3000/account?tab=1&__clerk_handshake=ey"));
  const auto cookies = CookiesOf(response);
  EXPECT_THAT(cookies, Contains(StartsWith("__session=ey")));
  EXPECT_THAT(cookies, Contains(StartsWith("__session_uosMEFaG=ey")));
  EXPECT_THAT(cookies, Contains(StartsWith("__client_uat=" + std::to_string(clock_.Now().seconds()) + ";")));
  EXPECT_THAT(cookies, Contains(StartsWith("__clerk_db_jwt=dvb_")));
  for (const auto& cookie : cookies) EXPECT_THAT(cookie, HasSubstr("; Path=/; SameSite=Lax"));
  const auto session = std::find_if(cookies.begin(), cookies.end(), [](const auto& c) { return c.starts_with("__session="); });
  EXPECT_EQ(Claims(session->substr(10, session->find(';') - 10))["azp"], "http://localhost:3000");
}

TEST_F(HandshakeTest, TellsThatNobodyIsSignedIn) {
  const auto cookies = CookiesOf(Shake("http://localhost:3000/account"));
  EXPECT_THAT(cookies, Contains(StartsWith("__client_uat=0;")));
  EXPECT_THAT(cookies, Contains(StartsWith("__session=; ")));
}

TEST_F(HandshakeTest, SendsATokenToNoForeignPage) {
  browser_.SignUp();
  for (const char* page : {"https://evil.example/", "//evil.example/", "/account", "javascript:alert(1)", "",
                           "http://localhost:3000.evil.example/", "http://localhost:3000/\r\nx: y"}) {
    const auto response = Shake(page);
    EXPECT_GE(response.status, 400) << page;
    EXPECT_EQ(HeaderOf(response, "Location"), "") << page;
  }
}

}  // namespace
}  // namespace inkwell::emulator
