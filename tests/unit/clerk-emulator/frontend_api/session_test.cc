#include "clerk-emulator/frontend_api/session_routes.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class BrowserSessionTest : public testing::Test {
 protected:
  std::string Path(const std::string& id) { return "/v1/client/sessions/" + id; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_, "http://127.0.0.1:9/"};
  TestBrowser browser_{emulator_};
};

TEST_F(BrowserSessionTest, WithoutACookieThereIsNoClient) {
  const json nobody = {{"response", nullptr}, {"client", nullptr}};
  EXPECT_EQ(Json(browser_.Get("/v1/client")), nobody);
  for (const char* wrong : {"x", "client_1.secret", ".", "client_1."}) {
    browser_.set_cookie(wrong);
    EXPECT_EQ(Json(browser_.Get("/v1/client")), nobody) << wrong;
  }
}

TEST_F(BrowserSessionTest, CookieIsForTheBrowserAloneAndIsKeptAsAHash) {
  const auto response = browser_.Post("/v1/client/sign_ups", "email_address=ada%40example.com");
  const auto cookie = HeaderOf(response, "Set-Cookie");
  for (const char* part : {"__client=", "; HttpOnly", "; SameSite=Lax", "; Path=/"}) EXPECT_THAT(cookie, HasSubstr(part));
  EXPECT_THAT(cookie, Not(HasSubstr("Secure")));
  const auto secret = browser_.cookie().substr(browser_.cookie().find('.') + 1);
  EXPECT_GE(secret.size(), 43U);
  emulator_.store().View([&](const State& state) {
    for (const auto& [id, client] : state.clients) EXPECT_THAT(client.secret_hash, Not(HasSubstr(secret)));
  });
  // A second answer sets none: the browser has it.
  EXPECT_EQ(HeaderOf(browser_.Post("/v1/client/sign_ups", "email_address=eve%40example.com"), "Set-Cookie"), "");
}

TEST_F(BrowserSessionTest, CookieIsSecureBehindHttps) {
  auto request = MakeRequest("POST", "/v1/client/sign_ups", "email_address=ada%40example.com");
  request.headers["clerk-proxy-url"] = "https://inkwell.example/__clerk";
  EXPECT_THAT(HeaderOf(emulator_.Handle(request), "Set-Cookie"), HasSubstr("; Secure"));
}

TEST_F(BrowserSessionTest, TokensAreForThePageThatAsks) {
  const auto id = browser_.SignUp();
  const auto token = Json(browser_.Post(Path(id) + "/tokens", "organization_id="));
  EXPECT_EQ(token.at("object"), "token");
  const auto claims = Claims(token.at("jwt"));
  EXPECT_EQ(claims.at("azp"), "http://localhost:3000");
  EXPECT_EQ(claims.at("sid"), id);
  EXPECT_EQ(claims.at("exp").get<int>() - claims.at("iat").get<int>(), 60);
  EXPECT_FALSE(claims.contains("o"));
  const auto templated = Json(browser_.Post(Path(id) + "/tokens/posts"));
  EXPECT_FALSE(Claims(templated.at("jwt")).contains("sid"));
  EXPECT_EQ(browser_.Post(Path(id) + "/tokens/unknown").status, 404);
}

TEST_F(BrowserSessionTest, WhatIsNotAliveIs401) {
  // clerk-js signs a page out when it gets a 401; a 404 would leave it with a dead session.
  const auto id = browser_.SignUp();
  TestBrowser stranger(emulator_);
  const auto expect_dead = [&](TestBrowser& browser, const std::string& session, const char* why) {
    for (const char* action : {"/tokens", "/tokens/posts", "/touch", "/end", "/remove"}) {
      const auto response = browser.Post(Path(session) + action);
      EXPECT_EQ(response.status, 401) << why << action;
      EXPECT_EQ(ErrorCode(response), "authentication_invalid") << why << action;
    }
    EXPECT_EQ(browser.Get("/v1/me?_clerk_session_id=" + session).status, 401) << why;
  };
  expect_dead(browser_, "sess_unknown", "unknown");
  expect_dead(stranger, id, "without a cookie");
  stranger.SignUp("eve@example.com");
  expect_dead(stranger, id, "of another browser");
  emulator_.Backend("POST", "/v1/sessions/" + id + "/revoke");
  expect_dead(browser_, id, "revoked");
  EXPECT_EQ(browser_.Client().at("sessions"), json::array());
}

TEST_F(BrowserSessionTest, EndsAfterSevenDays) {
  const auto id = browser_.SignUp();
  clock_.Advance(7 * 24h);
  EXPECT_EQ(browser_.Post(Path(id) + "/tokens").status, 401);
  EXPECT_EQ(browser_.Client().at("last_active_session_id"), nullptr);
}

TEST_F(BrowserSessionTest, TouchSaysThatItIsInUse) {
  const auto id = browser_.SignUp();
  clock_.Advance(5min);
  const auto touched = Json(browser_.Post(Path(id) + "/touch", "active_organization_id=&intent=focus"));
  EXPECT_EQ(touched.at("response").at("last_active_at"), clock_.Now().value);
  EXPECT_TRUE(touched.at("response").at("last_active_token").at("jwt").is_string());
}

TEST_F(BrowserSessionTest, SignOutRemovesAllAndKeepsTheClient) {
  browser_.SignUp();
  const auto signed_out = Json(browser_.Delete("/v1/client/sessions"));
  EXPECT_EQ(signed_out.at("response").at("sessions"), json::array());
  EXPECT_EQ(signed_out.at("client").at("last_active_session_id"), nullptr);
  EXPECT_THAT(EventTypes(emulator_.store()), ElementsAre("user.created", "session.created", "session.removed"));
  EXPECT_EQ(TestBrowser(emulator_).Delete("/v1/client/sessions").status, 200) << "nothing to sign out of";
}

TEST_F(BrowserSessionTest, EndedSessionIsAnnounced) {
  const auto id = browser_.SignUp();
  EXPECT_EQ(Json(browser_.Post(Path(id) + "/end")).at("response").at("status"), "ended");
  EXPECT_EQ(EventTypes(emulator_.store()).back(), "session.ended");
}

TEST_F(BrowserSessionTest, ClientCanBeMadeAndForgotten) {
  EXPECT_EQ(Json(browser_.Post("/v1/client?_method=PUT")).at("response").at("object"), "client");
  browser_.SignUp();
  browser_.Delete("/v1/client");
  EXPECT_EQ(Json(browser_.Get("/v1/client")).at("client"), nullptr);
}

TEST_F(BrowserSessionTest, OnlyKnownMethodsOverride) {
  EXPECT_EQ(browser_.Post("/v1/environment?_method=PATCH").status, 200);
  EXPECT_EQ(browser_.Get("/v1/environment").status, 200);
  EXPECT_EQ(browser_.Post("/v1/environment?_method=GET").status, 404);
  EXPECT_EQ(browser_.Get("/v1/client/sessions?_method=DELETE").status, 404) << "a GET changes nothing";
}

TEST_F(BrowserSessionTest, EnvironmentFollowsTheSettings) {
  const auto environment = Json(browser_.Get("/v1/environment"));
  EXPECT_EQ(environment.at("auth_config").at("single_session_mode"), true);
  EXPECT_TRUE(environment.at("user_settings").at("social").contains("oauth_custom_google"));
  EXPECT_EQ(environment.at("organization_settings").at("enabled"), true);
  EXPECT_EQ(environment.at("user_settings").at("sign_up").at("captcha_enabled"), false) << "it would load from the internet";
  for (const auto& [strategy, provider] : environment.at("user_settings").at("social").items()) {
    EXPECT_THAT(provider.at("logo_url").get<std::string>(), testing::StartsWith("data:")) << strategy;
  }
}

TEST_F(BrowserSessionTest, ForeignPageCannotUseTheCookie) {
  const auto id = browser_.SignUp();
  auto request = MakeRequest("POST", Path(id) + "/tokens");
  request.headers["origin"] = "https://evil.example";
  request.headers["cookie"] = "__client=" + browser_.cookie();
  const auto refused = emulator_.Handle(request);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(ErrorCode(refused), "origin_invalid");
}

TEST_F(BrowserSessionTest, OrganizationIsInTheTokenWhileItIsActive) {
  const auto id = browser_.SignUp();
  const auto made = Json(browser_.Post("/v1/organizations?_clerk_session_id=" + id, "name=Ink+%26+Well")).at("response");
  EXPECT_EQ(made.at("name"), "Ink & Well");
  const auto organization = made.at("id").get<std::string>();
  const auto touched = Json(browser_.Post(Path(id) + "/touch", "active_organization_id=" + organization)).at("response");
  EXPECT_EQ(touched.at("last_active_organization_id"), organization);
  EXPECT_EQ(touched.at("user").at("organization_memberships")[0].at("role"), "org:admin");
  const auto claims = Claims(Json(browser_.Post(Path(id) + "/tokens", "organization_id=" + organization)).at("jwt"));
  EXPECT_EQ(claims.at("o"), (json{{"id", organization}, {"rol", "admin"}, {"slg", made.at("slug")}}));
  EXPECT_FALSE(Claims(Json(browser_.Post(Path(id) + "/tokens", "organization_id=")).at("jwt")).contains("o"));

  TestBrowser stranger(emulator_);
  const auto other = stranger.SignUp("eve@example.com");
  EXPECT_EQ(stranger.Post(Path(other) + "/touch", "active_organization_id=" + organization).status, 404);
  EXPECT_EQ(stranger.Get("/v1/organizations/" + organization + "?_clerk_session_id=" + other).status, 404);
}

TEST_F(BrowserSessionTest, OrganizationKeepsAnAdministratorAndGoesWithItsLastMember) {
  const auto me = "?_clerk_session_id=" + browser_.SignUp();
  const auto organization =
      Json(browser_.Post("/v1/organizations" + me, "name=Ink&slug=ink")).at("response").at("id").get<std::string>();
  EXPECT_EQ(ErrorCode(browser_.Post("/v1/organizations" + me, "name=Other&slug=ink")), "form_identifier_exists");
  EXPECT_EQ(browser_.Delete("/v1/me/organization_memberships/" + organization + me).status, 400);
  EXPECT_EQ(Json(browser_.Get("/v1/organizations/" + organization + "/memberships" + me)).at("response").at("total_count"), 1);
  browser_.Delete("/v1/me" + me);
  EXPECT_TRUE(emulator_.store().View([](const State& state) { return state.organizations.empty(); }));
}

}  // namespace
}  // namespace inkwell::emulator
