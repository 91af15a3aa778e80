#include "clerk-emulator/frontend_api/provider_page.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kForm =
    "strategy=oauth_custom_google&redirect_url=http%3A%2F%2Flocalhost%3A3000%2Fsign-in%23%2Fsso-callback"
    "&action_complete_redirect_url=http%3A%2F%2Flocalhost%3A3000%2F";

class ProviderTest : public testing::Test {
 protected:
  // Begins at "sign_ins" or "sign_ups"; the state of the provider's page.
  std::string Begin(TestBrowser& browser, const std::string& kind, const std::string& form = kForm) {
    const auto attempt = Json(browser.Post("/v1/client/" + kind, form)).at("response");
    const auto& verification =
        kind == "sign_ins" ? attempt.at("first_factor_verification") : attempt.at("verifications").at("external_account");
    const auto url = verification.at("external_verification_redirect_url").get<std::string>();
    EXPECT_THAT(url, StartsWith("http://127.0.0.1:4000/v1/oauth_provider?state="));
    return url.substr(url.find('=') + 1);
  }
  HttpResponse Continue(TestBrowser& browser, const std::string& state, const std::string& email = "grace%40example.com") {
    return browser.Post("/v1/oauth_callback", "state=" + state + "&email=" + email + "&first_name=Grace");
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
  TestBrowser browser_{emulator_};
};

TEST_F(ProviderTest, NewUserAtSignUpIsSignedUp) {
  const auto state = Begin(browser_, "sign_ups");
  EXPECT_THAT(browser_.Get("/v1/oauth_provider?state=" + state).body, HasSubstr("Not Google"));
  const auto back = Continue(browser_, state);
  EXPECT_EQ(back.status, 303);
  EXPECT_EQ(HeaderOf(back, "Location"), "http://localhost:3000/");
  const auto user = browser_.Client().at("sessions")[0].at("user");
  EXPECT_EQ(user.at("first_name"), "Grace");
  EXPECT_EQ(user.at("password_enabled"), false);
  EXPECT_EQ(user.at("email_addresses")[0].at("verification").at("status"), "verified");
  EXPECT_EQ(user.at("external_accounts")[0].at("provider"), "custom_google");
}

TEST_F(ProviderTest, NewUserAtSignInIsTransferredToASignUp) {
  const auto back = Continue(browser_, Begin(browser_, "sign_ins"));
  EXPECT_EQ(HeaderOf(back, "Location"), "http://localhost:3000/sign-in#/sso-callback");
  const auto verification = browser_.Client().at("sign_in").at("first_factor_verification");
  EXPECT_EQ(verification.at("status"), "transferable");
  EXPECT_EQ(verification.at("error").at("code"), "external_account_not_found");
  const auto done = Json(browser_.Post("/v1/client/sign_ups", "transfer=true"));
  EXPECT_EQ(done.at("response").at("status"), "complete");
  EXPECT_EQ(browser_.Client().at("sessions").size(), 1U);
}

TEST_F(ProviderTest, KnownUserIsSignedInAndTransferredFromASignUp) {
  TestBrowser first(emulator_);
  Continue(first, Begin(first, "sign_ups"));
  const auto id = first.Client().at("sessions")[0].at("user").at("id");
  Continue(browser_, Begin(browser_, "sign_ins"));
  EXPECT_EQ(browser_.Client().at("sessions")[0].at("user").at("id"), id);

  TestBrowser again(emulator_);
  const auto back = Continue(again, Begin(again, "sign_ups"));
  EXPECT_EQ(HeaderOf(back, "Location"), "http://localhost:3000/sign-in#/sso-callback");
  EXPECT_EQ(again.Client().at("sign_up").at("verifications").at("external_account").at("error").at("code"),
            "external_account_exists");
  EXPECT_EQ(Json(again.Post("/v1/client/sign_ins", "transfer=true")).at("response").at("status"), "complete");
  EXPECT_EQ(again.Client().at("sessions")[0].at("user").at("id"), id);
}

TEST_F(ProviderTest, StrategyMayBeNamedAsAtClerk) {
  auto form = std::string(kForm);
  form.replace(form.find("custom_"), 7, "");
  EXPECT_EQ(Continue(browser_, Begin(browser_, "sign_ups", form)).status, 303);
  EXPECT_EQ(ErrorCode(TestBrowser(emulator_).Post("/v1/client/sign_ins", "strategy=oauth_facebook&redirect_url=x")),
            "strategy_for_user_invalid");
}

TEST_F(ProviderTest, StateIsOfOneBrowserForOneUseAndTenMinutes) {
  const auto state = Begin(browser_, "sign_ups");
  TestBrowser other(emulator_);
  other.BeginSignUp("eve@example.com");
  EXPECT_EQ(Continue(other, state).status, 404);
  EXPECT_EQ(Continue(browser_, "").status, 404);
  EXPECT_EQ(Continue(browser_, state).status, 303);
  EXPECT_EQ(Continue(browser_, state).status, 404) << "used";
  const auto late = Begin(other, "sign_ups");
  clock_.Advance(10min);
  EXPECT_EQ(Continue(other, late).status, 404) << "too late";
}

TEST_F(ProviderTest, SendsNobodyToAForeignPage) {
  const auto state = Begin(browser_, "sign_ups", "strategy=oauth_custom_google&redirect_url=https%3A%2F%2Fevil.example%2F");
  const auto refused = Continue(browser_, state);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(HeaderOf(refused, "Location"), "");
}

TEST_F(ProviderTest, SignedInUserConnectsAnAccount) {
  const auto me = "?_clerk_session_id=" + browser_.SignUp();
  const auto connect = [&] {
    const auto begun = Json(browser_.Post("/v1/me/external_accounts" + me,
                                          "strategy=oauth_custom_github&redirect_url=http%3A%2F%2Flocalhost%3A3000%2F"));
    const auto url = begun.at("response").at("verification").at("external_verification_redirect_url").get<std::string>();
    return url.substr(url.find('=') + 1);
  };
  EXPECT_EQ(HeaderOf(Continue(browser_, connect()), "Location"), "http://localhost:3000/");
  const auto accounts = Json(browser_.Get("/v1/me" + me)).at("response").at("external_accounts");
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0].at("email_address"), "grace@example.com");

  TestBrowser(emulator_).SignUp("eve@example.com");
  EXPECT_EQ(Continue(browser_, connect(), "eve%40example.com").status, 422) << "somebody else's";
  EXPECT_EQ(browser_.Delete("/v1/me/external_accounts/" + accounts[0].at("id").get<std::string>() + me).status, 200);
  EXPECT_EQ(Json(browser_.Get("/v1/me" + me)).at("response").at("external_accounts"), json::array());
}

TEST_F(ProviderTest, PageInterpretsNothingOfTheRequest) {
  const auto page = browser_.Get("/v1/oauth_provider?state=<script>");
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page.body.find("<script>"), std::string::npos);
  const auto state = Begin(browser_, "sign_ups");
  EXPECT_EQ(Continue(browser_, state, "no-address").status, 422);
}

}  // namespace
}  // namespace inkwell::emulator
