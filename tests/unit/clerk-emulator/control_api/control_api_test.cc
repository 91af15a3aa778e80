#include "clerk-emulator/control_api/control_api.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "clerk-emulator/base/encoding.h"
#include "clerk-emulator/config.h"
#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::string HeaderOf(const HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class ControlApiTest : public testing::Test {
 protected:
  HttpResponse FromOrigin(const std::string& method, const std::string& target, const std::string& origin,
                          const std::string& proxy_url = {}) {
    auto request = MakeRequest(method, target, method == "POST" ? "{}" : "");
    request.headers["origin"] = origin;
    if (!proxy_url.empty()) request.headers["clerk-proxy-url"] = proxy_url;
    return emulator_.Handle(request);
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
};

TEST_F(ControlApiTest, SignUpNeedsNothingAndAnswersAUserASessionAndAToken) {
  for (const char* body : {"", "{}", R"({"phone":"+15555550100"})", R"({"first_name":"Ada","email":"ada@example.com"})"}) {
    const auto response = emulator_.Control("POST", "/_emulator/sign-up", body);
    ASSERT_EQ(response.status, 200) << response.body;
    const auto entered = Json(response);
    EXPECT_EQ(entered.at("user").at("id"), entered.at("user_id"));
    EXPECT_EQ(entered.at("user").at("last_sign_in_at"), clock_.Now().value);
    EXPECT_TRUE(entered.at("session_id").is_string());
    EXPECT_TRUE(entered.at("token").is_string());
  }
  EXPECT_EQ(Json(emulator_.Control("GET", "/_emulator/status")).at("users"), 4);
}

TEST_F(ControlApiTest, SignInByEmailOrIdStartsAnotherSessionOfTheSameUser) {
  const auto first = Json(emulator_.Control("POST", "/_emulator/sign-up", R"({"email":"ada@example.com"})"));
  clock_.Advance(1s);
  for (const json& body : {json{{"email", "Ada@Example.com"}}, json{{"user_id", first.at("user_id")}}}) {
    const auto again = Json(emulator_.Control("POST", "/_emulator/sign-in", body.dump()));
    EXPECT_EQ(again.at("user_id"), first.at("user_id"));
    EXPECT_NE(again.at("session_id"), first.at("session_id"));
    EXPECT_EQ(again.at("user").at("last_sign_in_at"), clock_.Now().value);
    EXPECT_EQ(again.at("user").at("updated_at"), first.at("user").at("updated_at")) << "signing in is no change of the user";
  }
}

TEST_F(ControlApiTest, SignInOfNobodySaysSo) {
  const auto unknown = emulator_.Control("POST", "/_emulator/sign-in", R"({"email":"nobody@example.com"})");
  EXPECT_EQ(unknown.status, 422);
  EXPECT_EQ(Json(unknown).at("errors")[0].at("code"), "form_identifier_not_found");
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/sign-in", "{}").status, 422);
}

TEST_F(ControlApiTest, TokenComesAsPlainTextForShells) {
  const auto by_query = emulator_.Control("POST", "/_emulator/sign-up?format=text");
  EXPECT_EQ(by_query.content_type, "text/plain; charset=utf-8");
  EXPECT_THAT(by_query.body, testing::MatchesRegex("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\n"));
  auto request = MakeRequest("POST", "/_emulator/sign-up");
  request.headers["accept"] = "text/plain";
  EXPECT_EQ(emulator_.Handle(request).content_type, by_query.content_type);
}

TEST_F(ControlApiTest, StatusCountsBackendCallsByRoute) {
  emulator_.Backend("GET", "/v1/users/user_1");
  emulator_.Backend("GET", "/v1/users/user_2");
  emulator_.Backend("GET", "/v1/users/count");
  const auto status = Json(emulator_.Control("GET", "/_emulator/status"));
  EXPECT_EQ(status.at("backend_api_calls"), (json{{"GET /v1/users/{user_id}", 2}, {"GET /v1/users/count", 1}}));
  EXPECT_EQ(status.at("webhooks").at("enabled"), false);
}

TEST_F(ControlApiTest, WithoutAnEndpointNothingCanBeHeld) {
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/webhooks/hold", R"({"seconds":1})").status, 404);
  EXPECT_EQ(emulator_.Control("POST", "/_emulator/webhooks/release").status, 404);
}

TEST_F(ControlApiTest, UnknownRouteIsNotFound) {
  EXPECT_EQ(emulator_.Control("GET", "/_emulator/nothing").status, 404);
  EXPECT_EQ(emulator_.Control("GET", "/_emulator/sign-up").status, 404);
  EXPECT_EQ(emulator_.Control("GET", "/").status, 404);
}

TEST_F(ControlApiTest, AllowedPageMaySignUpAndReadTheAnswer) {
  const auto response = FromOrigin("POST", "/_emulator/sign-up", "http://localhost:3000");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Origin"), "http://localhost:3000");
  EXPECT_EQ(HeaderOf(response, "Vary"), "Origin");
  const auto preflight = FromOrigin("OPTIONS", "/_emulator/sign-up", "http://localhost:3000");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(HeaderOf(preflight, "Access-Control-Allow-Origin"), "http://localhost:3000");
}

TEST_F(ControlApiTest, ForeignPageMayChangeNothingAndReadNothing) {
  for (const char* origin : {"https://evil.example", "null", "http://localhost:3000.evil.example"}) {
    const auto refused = FromOrigin("POST", "/_emulator/sign-up", origin);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(Json(refused).at("errors")[0].at("code"), "origin_invalid");
    EXPECT_EQ(FromOrigin("OPTIONS", "/_emulator/sign-up", origin).status, 400);
    EXPECT_EQ(HeaderOf(FromOrigin("GET", "/_emulator/status", origin), "Access-Control-Allow-Origin"), "");
  }
  EXPECT_EQ(Json(emulator_.Control("GET", "/_emulator/status")).at("users"), 0);
}

TEST_F(ControlApiTest, PageBehindTheProxyIsOneOfOurs) {
  EXPECT_EQ(FromOrigin("POST", "/_emulator/sign-up", "http://app.test:8080", "http://app.test:8080/__clerk").status, 200);
  EXPECT_EQ(FromOrigin("POST", "/_emulator/sign-up", "http://app.test:8080", "http://other.test/__clerk").status, 400);
}

TEST(RouterTest, HandlerThatThrowsIsAnsweredWithoutItsText) {
  Router router;
  router.Add("GET", "/broken", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("inner detail"); });
  const auto response = router.Handle(MakeRequest("GET", "/broken"));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("inner detail"), std::string::npos);
}

TEST(ConfigTest, ScheduleIsAListOfDurations) {
  EXPECT_EQ(ParseSchedule({"500ms", "2s", "1m", "1h"}), (std::vector<std::chrono::milliseconds>{500ms, 2s, 1min, 1h}));
  for (const char* bad : {"", "5", "s", "1d", "-1s", "0s", "1 s", "99999999s"}) {
    EXPECT_FALSE(ParseSchedule({bad}).has_value()) << bad;
  }
}

TEST(ConfigTest, KnowsLoopback) {
  for (const char* here : {"127.0.0.1:4000", "127.1.2.3:0", "localhost:4000", "[::1]:4000"})
    EXPECT_TRUE(IsLoopback(here)) << here;
  for (const char* there : {"0.0.0.0:4000", "[::]:4000", "192.168.1.2:4000", "localhost.example:1"}) {
    EXPECT_FALSE(IsLoopback(there)) << there;
  }
}

TEST(EncodingTest, AgreesWithTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(Base64(bytes), text);
    EXPECT_EQ(DecodeBase64(text), bytes);
  }
  EXPECT_EQ(Base64Url("\xfb\xff"), "-_8");
  EXPECT_EQ(DecodeBase64("Zg"), "f");
  EXPECT_FALSE(DecodeBase64("Z").has_value());
  EXPECT_FALSE(DecodeBase64("Zm-v").has_value());
}

}  // namespace
}  // namespace inkwell::emulator
