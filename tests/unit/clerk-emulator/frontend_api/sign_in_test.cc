#include "clerk-emulator/frontend_api/sign_in_routes.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;

class SignInTest : public testing::Test {
 protected:
  SignInTest() {
    browser_.SignUp();
    browser_.SignOut();
  }
  std::string Path(const std::string& id) { return "/v1/client/sign_ins/" + id; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
  TestBrowser browser_{emulator_};
};

TEST_F(SignInTest, OffersWhatTheAccountHas) {
  const auto begun = Json(browser_.Post("/v1/client/sign_ins", "identifier=ADA%40example.com")).at("response");
  EXPECT_EQ(begun.at("status"), "needs_first_factor");
  std::vector<std::string> strategies;
  for (const auto& factor : begun.at("supported_first_factors")) strategies.push_back(factor.at("strategy"));
  EXPECT_THAT(strategies, ElementsAre("password", "email_code", "reset_password_email_code"));

  emulator_.Control("POST", "/_emulator/sign-up", R"({"email":"no-password@example.com"})");
  const auto other = Json(browser_.Post("/v1/client/sign_ins", "identifier=no-password%40example.com")).at("response");
  ASSERT_EQ(other.at("supported_first_factors").size(), 1U);
  EXPECT_EQ(other.at("supported_first_factors")[0].at("strategy"), "email_code");
  EXPECT_EQ(ErrorCode(browser_.Post(Path(other.at("id")) + "/attempt_first_factor", "strategy=password&password=correct+horse")),
            "strategy_for_user_invalid");
}

TEST_F(SignInTest, ByPassword) {
  const auto path = Path(browser_.BeginSignIn());
  const auto wrong = browser_.Post(path + "/attempt_first_factor", "strategy=password&password=wrong+horse");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(ErrorCode(wrong), "form_password_incorrect");
  EXPECT_EQ(ErrorParam(wrong), "password");
  const auto right = Json(browser_.Post(path + "/attempt_first_factor", "strategy=password&password=correct+horse"));
  EXPECT_EQ(right.at("response").at("status"), "complete");
  EXPECT_EQ(right.at("response").at("first_factor_verification").at("status"), "verified");
  EXPECT_EQ(right.at("client").at("last_active_session_id"), right.at("response").at("created_session_id"));
  EXPECT_EQ(right.at("client").at("sign_in"), nullptr);
  EXPECT_EQ(right.at("client").at("last_authentication_strategy"), "password");
}

TEST_F(SignInTest, ByPasswordAtOnceAsAPasswordManagerDoes) {
  const auto done =
      Json(browser_.Post("/v1/client/sign_ins", "identifier=ada%40example.com&strategy=password&password=correct+horse"));
  EXPECT_EQ(done.at("response").at("status"), "complete");
  EXPECT_EQ(browser_.Client().at("sessions").size(), 1U);
}

TEST_F(SignInTest, ByCode) {
  const auto path = Path(browser_.BeginSignIn());
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/prepare_first_factor", "strategy=phone_code")), "strategy_for_user_invalid");
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/attempt_first_factor", "strategy=email_code&code=424242")), "verification_missing");
  browser_.Post(path + "/prepare_first_factor", "strategy=email_code");
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/attempt_first_factor", "strategy=email_code&code=1")), "form_code_incorrect");
  const auto right = Json(browser_.Post(path + "/attempt_first_factor", "strategy=email_code&code=424242"));
  EXPECT_EQ(right.at("response").at("status"), "complete");
}

TEST_F(SignInTest, UnknownAccountIsSaidByTheField) {
  const auto refused = browser_.Post("/v1/client/sign_ins", "identifier=nobody%40example.com");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(ErrorCode(refused), "form_identifier_not_found");
  EXPECT_EQ(ErrorParam(refused), "identifier");
}

TEST_F(SignInTest, ForgottenPasswordIsReplacedAfterTheCode) {
  const auto path = Path(browser_.BeginSignIn());
  EXPECT_EQ(browser_.Post(path + "/reset_password", "password=a+new+password").status, 400);
  browser_.Post(path + "/prepare_first_factor", "strategy=reset_password_email_code");
  const auto proven = Json(browser_.Post(path + "/attempt_first_factor", "strategy=reset_password_email_code&code=424242"));
  EXPECT_EQ(proven.at("response").at("status"), "needs_new_password");
  EXPECT_EQ(proven.at("client").at("sessions"), json::array());
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/reset_password", "password=short")), "form_password_length_too_short");
  const auto done = Json(browser_.Post(path + "/reset_password", "password=a+new+password&sign_out_of_other_sessions=true"));
  EXPECT_EQ(done.at("response").at("status"), "complete");

  TestBrowser other(emulator_);
  const auto again = Path(other.BeginSignIn()) + "/attempt_first_factor";
  EXPECT_EQ(ErrorCode(other.Post(again, "strategy=password&password=correct+horse")), "form_password_incorrect");
  EXPECT_EQ(other.Post(again, "strategy=password&password=a+new+password").status, 200);
}

TEST_F(SignInTest, ResetEndsTheSessionsElsewhereIfWanted) {
  TestBrowser elsewhere(emulator_);
  elsewhere.Post("/v1/client/sign_ins", "identifier=ada%40example.com&password=correct+horse");
  ASSERT_EQ(elsewhere.Client().at("sessions").size(), 1U);
  const auto path = Path(browser_.BeginSignIn());
  browser_.Post(path + "/prepare_first_factor", "strategy=reset_password_email_code");
  browser_.Post(path + "/attempt_first_factor", "strategy=reset_password_email_code&code=424242");
  browser_.Post(path + "/reset_password", "password=a+new+password&sign_out_of_other_sessions=true");
  EXPECT_EQ(elsewhere.Client().at("sessions"), json::array());
  EXPECT_EQ(browser_.Client().at("sessions").size(), 1U);
}

TEST_F(SignInTest, BannedUserMayNotSignIn) {
  const auto users = Json(emulator_.Backend("GET", "/v1/users"));
  emulator_.Backend("POST", "/v1/users/" + users[0].at("id").get<std::string>() + "/ban");
  const auto path = Path(browser_.BeginSignIn());
  const auto refused = browser_.Post(path + "/attempt_first_factor", "strategy=password&password=correct+horse");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(ErrorCode(refused), "user_banned");
}

TEST_F(SignInTest, OneSessionAtATimeUnlessTheInstanceAllowsMore) {
  browser_.Post("/v1/client/sign_ins", "identifier=ada%40example.com&password=correct+horse");
  for (const char* target : {"/v1/client/sign_ins", "/v1/client/sign_ups"}) {
    const auto refused = browser_.Post(target, "identifier=ada%40example.com&email_address=eve%40example.com");
    EXPECT_EQ(refused.status, 400) << target;
    EXPECT_THAT(ErrorCode(refused), testing::AnyOf("session_exists", "identifier_already_signed_in")) << target;
  }
}

TEST_F(SignInTest, BelongsToItsBrowser) {
  const auto path = Path(browser_.BeginSignIn());
  TestBrowser other(emulator_);
  other.BeginSignIn();
  EXPECT_EQ(other.Post(path + "/attempt_first_factor", "strategy=password&password=correct+horse").status, 404);
  EXPECT_EQ(TestBrowser(emulator_).Post(path + "/attempt_first_factor", "strategy=password&password=correct+horse").status, 404);
}

TEST(SeveralSessionsTest, LiveBesideEachOtherInOneBrowser) {
  const TemporaryDirectory directory;
  const ManualClock clock;
  auto settings = TestInstance();
  settings.single_session_mode = false;
  TestEmulator emulator(directory.path(), clock, {}, {}, settings);
  TestBrowser browser(emulator);
  const auto first = browser.SignUp("ada@example.com");
  const auto second = browser.SignUp("eve@example.com");
  EXPECT_EQ(browser.Client().at("sessions").size(), 2U);
  EXPECT_EQ(browser.Client().at("last_active_session_id"), second);
  const auto again = browser.Post("/v1/client/sign_ins", "identifier=ada%40example.com");
  EXPECT_EQ(ErrorCode(again), "identifier_already_signed_in");
  EXPECT_EQ(Json(again).at("errors")[0].at("meta").at("session_id"), first);
  browser.Post("/v1/client/sessions/" + first + "/touch", "active_organization_id=");
  EXPECT_EQ(browser.Client().at("last_active_session_id"), first);
  browser.Post("/v1/client/sessions/" + first + "/remove");
  EXPECT_EQ(browser.Client().at("sessions").size(), 1U);
  EXPECT_EQ(browser.Client().at("last_active_session_id"), second);
}

}  // namespace
}  // namespace inkwell::emulator
