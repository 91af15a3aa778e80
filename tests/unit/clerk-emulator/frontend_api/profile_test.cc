#include "clerk-emulator/frontend_api/profile_routes.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/clerk-emulator/frontend_api/test_browser.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;
using testing::StartsWith;

constexpr const char* kPng = "\x89PNG\r\n\x1a\nand the rest";

class ProfileTest : public testing::Test {
 protected:
  ProfileTest() : me_("?_clerk_session_id=" + browser_.SignUp()) {}

  json User() { return Json(browser_.Get("/v1/me" + me_)).at("response"); }
  std::string AddEmail(const std::string& address) {
    return Json(browser_.Post("/v1/me/email_addresses/" + me_, "email_address=" + address)).at("response").at("id");
  }
  HttpResponse Verify(const std::string& id, const std::string& code = "424242") {
    browser_.Post("/v1/me/email_addresses/" + id + "/prepare_verification" + me_, "strategy=email_code");
    return browser_.Post("/v1/me/email_addresses/" + id + "/attempt_verification" + me_, "code=" + code);
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_, "http://127.0.0.1:9/"};
  TestBrowser browser_{emulator_};
  std::string me_;
};

TEST_F(ProfileTest, NamesAreANewVersionThatAWebhookTells) {
  const auto before = User();
  const auto changed = Json(browser_.Patch("/v1/me" + me_, "first_name=Ada&last_name=Lovelace"));
  EXPECT_EQ(changed.at("response").at("first_name"), "Ada");
  EXPECT_EQ(changed.at("client").at("sessions")[0].at("user").at("last_name"), "Lovelace");
  EXPECT_GT(changed.at("response").at("updated_at"), before.at("updated_at"));
  EXPECT_EQ(EventTypes(emulator_.store()).back(), "user.updated");
  EXPECT_EQ(Json(browser_.Patch("/v1/me" + me_, "first_name=")).at("response").at("first_name"), nullptr);
}

TEST_F(ProfileTest, EmailAddressCountsOnceItIsVerified) {
  const auto first = User().at("primary_email_address_id");
  const auto second = AddEmail("second@example.com");
  EXPECT_EQ(User().at("email_addresses")[1].at("verification").at("status"), "unverified");
  EXPECT_EQ(browser_.Patch("/v1/me" + me_, "primary_email_address_id=" + second).status, 422) << "not verified yet";
  EXPECT_EQ(ErrorCode(Verify(second, "111111")), "form_code_incorrect");
  EXPECT_EQ(Json(Verify(second)).at("response").at("verification").at("status"), "verified");
  EXPECT_EQ(User().at("primary_email_address_id"), first);
  EXPECT_EQ(
      Json(browser_.Patch("/v1/me" + me_, "primary_email_address_id=" + second)).at("response").at("primary_email_address_id"),
      second);
  TestBrowser other(emulator_);
  EXPECT_EQ(other.Post("/v1/client/sign_ins", "identifier=second%40example.com").status, 200);
}

TEST_F(ProfileTest, UnverifiedAddressIsNobodysYet) {
  const auto mine = AddEmail("wanted@example.com");
  TestBrowser other(emulator_);
  EXPECT_EQ(ErrorCode(other.Post("/v1/client/sign_ins", "identifier=wanted%40example.com")), "form_identifier_not_found");
  other.SignUp("wanted@example.com");
  EXPECT_EQ(ErrorCode(Verify(mine)), "form_identifier_exists");
}

TEST_F(ProfileTest, AddressOfSomebodyElseOrOfOnesOwnIsTaken) {
  TestBrowser(emulator_).SignUp("eve@example.com");
  for (const char* taken : {"eve%40example.com", "ada%40example.com"}) {
    const auto refused = browser_.Post("/v1/me/email_addresses" + me_, std::string("email_address=") + taken);
    EXPECT_EQ(ErrorCode(refused), "form_identifier_exists") << taken;
    EXPECT_EQ(ErrorParam(refused), "email_address") << taken;
  }
}

TEST_F(ProfileTest, RemovedPrimaryAddressIsFollowedByAnotherButTheLastStays) {
  const auto first = User().at("primary_email_address_id").get<std::string>();
  EXPECT_EQ(ErrorCode(browser_.Delete("/v1/me/email_addresses/" + first + me_)), "last_required_identification_deletion_failed");
  const auto second = AddEmail("second@example.com");
  EXPECT_EQ(browser_.Delete("/v1/me/email_addresses/" + first + me_).status, 400) << "the other is not verified";
  Verify(second);
  const auto removed = Json(browser_.Delete("/v1/me/email_addresses/" + first + me_));
  EXPECT_EQ(removed.at("response").at("deleted"), true);
  EXPECT_EQ(User().at("primary_email_address_id"), second);
  EXPECT_EQ(browser_.Delete("/v1/me/email_addresses/" + first + me_).status, 404);
}

TEST_F(ProfileTest, PasswordIsChangedByWhoKnowsIt) {
  const auto wrong = browser_.Post("/v1/me/change_password" + me_, "current_password=nope&new_password=another+horse");
  EXPECT_EQ(ErrorCode(wrong), "form_password_incorrect");
  EXPECT_EQ(ErrorParam(wrong), "current_password");
  const auto short_one = browser_.Post("/v1/me/change_password" + me_, "current_password=correct+horse&new_password=short");
  EXPECT_EQ(ErrorCode(short_one), "form_password_length_too_short");
  EXPECT_EQ(ErrorParam(short_one), "new_password");

  TestBrowser elsewhere(emulator_);
  elsewhere.Post("/v1/client/sign_ins", "identifier=ada%40example.com&password=correct+horse");
  const auto form = "current_password=correct+horse&new_password=another+horse&sign_out_of_other_sessions=true";
  EXPECT_EQ(browser_.Post("/v1/me/change_password" + me_, form).status, 200);
  EXPECT_EQ(elsewhere.Client().at("sessions"), json::array());
  EXPECT_EQ(browser_.Client().at("sessions").size(), 1U) << "the one that asked goes on";
  EXPECT_EQ(elsewhere.Post("/v1/client/sign_ins", "identifier=ada%40example.com&password=another+horse").status, 200);
}

TEST_F(ProfileTest, PasswordCanBeRemoved) {
  EXPECT_EQ(browser_.Post("/v1/me/remove_password" + me_, "current_password=wrong").status, 422);
  const auto removed = Json(browser_.Post("/v1/me/remove_password" + me_, "current_password=correct+horse"));
  EXPECT_EQ(removed.at("response").at("password_enabled"), false);
}

TEST_F(ProfileTest, PictureIsServedToPagesAndNothingElseIsTaken) {
  const auto kept = Json(browser_.Post("/v1/me/profile_image" + me_, kPng));
  EXPECT_THAT(kept.at("response").at("public_url").get<std::string>(), StartsWith("http://127.0.0.1:4000/v1/profile_images/"));
  EXPECT_EQ(User().at("has_image"), true);
  const auto url = User().at("image_url").get<std::string>();
  const auto served = browser_.Get(url.substr(url.find("/v1/")));
  EXPECT_EQ(served.content_type, "image/png");
  EXPECT_EQ(served.body, kPng);
  EXPECT_EQ(HeaderOf(served, "X-Content-Type-Options"), "nosniff");
  for (const char* bad : {"", "<svg xmlns='http://www.w3.org/2000/svg'/>", "<html>"}) {
    EXPECT_EQ(browser_.Post("/v1/me/profile_image" + me_, bad).status, 422) << bad;
  }
  EXPECT_EQ(browser_.Get("/v1/profile_images/..").status, 404);
  browser_.Delete("/v1/me/profile_image" + me_);
  EXPECT_EQ(User().at("has_image"), false);
  EXPECT_THAT(User().at("image_url").get<std::string>(), StartsWith("data:"));
}

TEST_F(ProfileTest, SessionsElsewhereAreSeenAndRevoked) {
  TestBrowser elsewhere(emulator_);
  elsewhere.Post("/v1/client/sign_ins", "identifier=ada%40example.com&password=correct+horse");
  const auto other = elsewhere.Client().at("last_active_session_id").get<std::string>();
  const auto sessions = Json(browser_.Get("/v1/me/sessions/active" + me_));
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions[0].at("latest_activity").at("ip_address"), "127.0.0.1");
  EXPECT_EQ(browser_.Post("/v1/me/sessions/" + other + "/revoke" + me_).status, 200);
  EXPECT_EQ(elsewhere.Post("/v1/client/sessions/" + other + "/tokens").status, 401);
  EXPECT_EQ(EventTypes(emulator_.store()).back(), "session.revoked");

  TestBrowser stranger(emulator_);
  const auto theirs = stranger.SignUp("eve@example.com");
  EXPECT_EQ(browser_.Post("/v1/me/sessions/" + theirs + "/revoke" + me_).status, 404);
}

TEST_F(ProfileTest, DeletedAccountIsGoneEverywhere) {
  TestBrowser elsewhere(emulator_);
  elsewhere.Post("/v1/client/sign_ins", "identifier=ada%40example.com&password=correct+horse");
  const auto deleted = Json(browser_.Delete("/v1/me" + me_));
  EXPECT_EQ(deleted.at("response").at("deleted"), true);
  EXPECT_EQ(deleted.at("client").at("sessions"), json::array());
  EXPECT_EQ(elsewhere.Client().at("sessions"), json::array());
  EXPECT_EQ(EventTypes(emulator_.store()).back(), "user.deleted");
  EXPECT_EQ(ErrorCode(browser_.Post("/v1/client/sign_ins", "identifier=ada%40example.com")), "form_identifier_not_found");
  EXPECT_EQ(browser_.Get("/v1/me" + me_).status, 401);
}

TEST_F(ProfileTest, ChangeByTheBackendReachesTheBrowser) {
  const auto id = User().at("id").get<std::string>();
  emulator_.Backend("PATCH", "/v1/users/" + id, R"({"first_name":"Augusta"})");
  EXPECT_EQ(browser_.Client().at("sessions")[0].at("user").at("first_name"), "Augusta");
  emulator_.Backend("DELETE", "/v1/users/" + id);
  EXPECT_EQ(browser_.Client().at("sessions"), json::array());
}

TEST_F(ProfileTest, SecretsStayInTheStateAndPasswordsAreHashed) {
  emulator_.store().View([](const State& state) {
    const auto& hash = state.users.begin()->second.password_hash;
    EXPECT_THAT(hash, StartsWith("scrypt:"));
    EXPECT_EQ(hash.find(kPassword), std::string::npos);
  });
  for (const auto& answer : {browser_.Get("/v1/me" + me_), emulator_.Backend("GET", "/v1/users")}) {
    EXPECT_EQ(answer.body.find("scrypt:"), std::string::npos);
  }
}

}  // namespace
}  // namespace inkwell::emulator
