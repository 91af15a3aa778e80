#include "clerk-emulator/frontend_api/sign_up_routes.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

namespace inkwell::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;

class SignUpTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  ManualClock clock_;
  // The address of nobody: what would be delivered is looked at in the state.
  TestEmulator emulator_{directory_.path(), clock_, "http://127.0.0.1:9/"};
  TestBrowser browser_{emulator_};
};

TEST_F(SignUpTest, CompletesOnceTheCodeIsRight) {
  const auto created = Json(browser_.Post("/v1/client/sign_ups", "email_address=Ada%40Example.com&password=correct+horse"));
  const auto& sign_up = created.at("response");
  EXPECT_EQ(sign_up.at("status"), "missing_requirements");
  EXPECT_EQ(sign_up.at("missing_fields"), json::array());
  EXPECT_EQ(sign_up.at("unverified_fields"), json::array({"email_address"}));
  EXPECT_EQ(sign_up.at("email_address"), kAda);
  EXPECT_EQ(created.at("client").at("sign_up").at("id"), sign_up.at("id"));

  const auto path = "/v1/client/sign_ups/" + sign_up.at("id").get<std::string>();
  const auto prepared = Json(browser_.Post(path + "/prepare_verification", "strategy=email_code"));
  EXPECT_EQ(prepared.at("response").at("verifications").at("email_address").at("next_action"), "needs_attempt");

  const auto done = Json(browser_.Post(path + "/attempt_verification", "strategy=email_code&code=424242"));
  EXPECT_EQ(done.at("response").at("status"), "complete");
  const auto& client = done.at("client");
  EXPECT_EQ(client.at("sign_up"), nullptr);
  ASSERT_EQ(client.at("sessions").size(), 1U);
  const auto& session = client.at("sessions")[0];
  EXPECT_EQ(client.at("last_active_session_id"), session.at("id"));
  EXPECT_EQ(session.at("id"), done.at("response").at("created_session_id"));
  EXPECT_EQ(session.at("user").at("id"), done.at("response").at("created_user_id"));
  EXPECT_EQ(session.at("user").at("password_enabled"), true);
  EXPECT_FALSE(session.at("user").contains("private_metadata"));
  EXPECT_EQ(Claims(session.at("last_active_token").at("jwt")).at("sid"), session.at("id"));
  EXPECT_THAT(EventTypes(emulator_.store()), ElementsAre("user.created", "session.created"));
}

TEST_F(SignUpTest, NamesNoStrategyBeforeTheCodeIsSent) {
  // Otherwise the component believes that a code is on its way, and never asks for one.
  const auto id = browser_.BeginSignUp();
  const auto verification =
      Json(browser_.Get("/v1/client/sign_ups/" + id)).at("response").at("verifications").at("email_address");
  EXPECT_EQ(verification.at("strategy"), nullptr);
  EXPECT_EQ(verification.at("next_action"), "needs_prepare");
}

TEST_F(SignUpTest, WrongCodeIsSaidByItsFieldAndTheRightOneStillWorks) {
  const auto path = "/v1/client/sign_ups/" + browser_.BeginSignUp();
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/attempt_verification", "code=424242")), "verification_missing");
  browser_.Post(path + "/prepare_verification", "strategy=email_code");
  const auto wrong = browser_.Post(path + "/attempt_verification", "strategy=email_code&code=424243");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(ErrorCode(wrong), "form_code_incorrect");
  EXPECT_EQ(ErrorParam(wrong), "code");
  EXPECT_EQ(browser_.Post(path + "/attempt_verification", "strategy=email_code&code=424242").status, 200);
}

TEST_F(SignUpTest, CodeDoesNotLastForEver) {
  const auto path = "/v1/client/sign_ups/" + browser_.BeginSignUp();
  browser_.Post(path + "/prepare_verification", "strategy=email_code");
  clock_.Advance(10min);
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/attempt_verification", "code=424242")), "verification_expired");
  browser_.Post(path + "/prepare_verification", "strategy=email_code");
  EXPECT_EQ(browser_.Post(path + "/attempt_verification", "code=424242").status, 200);
}

TEST_F(SignUpTest, TooManyWrongCodesEndTheVerification) {
  const auto path = "/v1/client/sign_ups/" + browser_.BeginSignUp();
  browser_.Post(path + "/prepare_verification", "strategy=email_code");
  for (int i = 0; i < 10; ++i) browser_.Post(path + "/attempt_verification", "code=000000");
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/attempt_verification", "code=424242")), "verification_failed");
}

TEST_F(SignUpTest, RefusesWhatTheFieldsMayNotBe) {
  TestBrowser other(emulator_);
  other.SignUp(kAda);
  struct Case {
    const char* form;
    const char* code;
    const char* param;
  };
  const Case cases[] = {
      {"email_address=ada%40example.com&password=correct+horse", "form_identifier_exists", "email_address"},
      {"email_address=ada&password=correct+horse", "form_param_format_invalid", "email_address"},
      {"email_address=b%40example.com&password=short", "form_password_length_too_short", "password"},
      {"email_address=b%40example.com&password=correct+horse&first_name=a%00b", "form_param_value_invalid", "first_name"},
      {"email_address=b%40example.com&password=correct+horse&unsafe_metadata=1", "form_param_format_invalid", "unsafe_metadata"}};
  for (const auto& item : cases) {
    const auto refused = browser_.Post("/v1/client/sign_ups", item.form);
    EXPECT_EQ(refused.status, 422) << item.form;
    EXPECT_EQ(ErrorCode(refused), item.code) << item.form;
    EXPECT_EQ(ErrorParam(refused), item.param) << item.form;
  }
}

TEST_F(SignUpTest, MissingFieldsAreAddedLater) {
  const auto created = Json(browser_.Post("/v1/client/sign_ups", "email_address=ada%40example.com")).at("response");
  EXPECT_EQ(created.at("missing_fields"), json::array({"password"}));
  const auto path = "/v1/client/sign_ups/" + created.at("id").get<std::string>();
  browser_.Post(path + "/prepare_verification", "strategy=email_code");
  const auto verified = Json(browser_.Post(path + "/attempt_verification", "code=424242")).at("response");
  EXPECT_EQ(verified.at("status"), "missing_requirements");
  const auto done = Json(browser_.Patch(path, "password=correct+horse&first_name=Ada")).at("response");
  EXPECT_EQ(done.at("status"), "complete");
  EXPECT_EQ(browser_.Client().at("sessions")[0].at("user").at("first_name"), "Ada");
}

TEST_F(SignUpTest, AnotherAddressHasToBeVerifiedAnew) {
  const auto path = "/v1/client/sign_ups/" + browser_.BeginSignUp();
  browser_.Post(path + "/prepare_verification", "strategy=email_code");
  browser_.Patch(path, "email_address=eve%40example.com");
  EXPECT_EQ(ErrorCode(browser_.Post(path + "/attempt_verification", "code=424242")), "verification_missing");
}

TEST_F(SignUpTest, BelongsToItsBrowser) {
  const auto id = browser_.BeginSignUp();
  TestBrowser other(emulator_);
  other.BeginSignUp("eve@example.com");
  for (const char* action : {"/prepare_verification", "/attempt_verification"}) {
    EXPECT_EQ(other.Post("/v1/client/sign_ups/" + id + action, "strategy=email_code&code=424242").status, 404);
  }
}

TEST_F(SignUpTest, OfTwoBrowsersTheFirstGetsTheAddress) {
  const auto late = "/v1/client/sign_ups/" + browser_.BeginSignUp();
  browser_.Post(late + "/prepare_verification", "strategy=email_code");
  TestBrowser other(emulator_);
  other.SignUp(kAda);
  EXPECT_EQ(ErrorCode(browser_.Post(late + "/attempt_verification", "code=424242")), "form_identifier_exists");
}

TEST(SignUpRestartTest, GoesOnAfterARestart) {
  const TemporaryDirectory directory;
  const ManualClock clock;
  std::string path;
  std::string cookie;
  {
    TestEmulator emulator(directory.path(), clock);
    TestBrowser browser(emulator);
    path = "/v1/client/sign_ups/" + browser.BeginSignUp();
    browser.Post(path + "/prepare_verification", "strategy=email_code");
    cookie = browser.cookie();
  }
  TestEmulator emulator(directory.path(), clock);
  TestBrowser browser(emulator);
  browser.set_cookie(cookie);
  EXPECT_EQ(Json(browser.Post(path + "/attempt_verification", "code=424242")).at("response").at("status"), "complete");
}

}  // namespace
}  // namespace inkwell::emulator
