#include "clerk-emulator/control_api/state_routes.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "clerk-emulator/frontend_api/profile_images.h"
#include "tests/unit/clerk-emulator/test_emulator.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

class StateRoutesTest : public testing::Test {
 protected:
  HttpResponse Post(const std::string& target, const std::string& body = {}) { return emulator_.Control("POST", target, body); }
  json SignUp() { return Json(Post("/_emulator/sign-up", R"({"email":"ada@example.com"})")); }
  int CountUsers() { return Json(emulator_.Backend("GET", "/v1/users/count")).at("total_count"); }

  TemporaryDirectory directory_;
  ManualClock clock_;
  TestEmulator emulator_{directory_.path(), clock_};
};

TEST_F(StateRoutesTest, ResetForgetsEverythingAndEndsFaultsAndJumps) {
  SignUp();
  Post("/_emulator/faults", R"({"status":500})");
  Post("/_emulator/clock", R"({"advance_seconds":60})");
  EXPECT_EQ(Json(Post("/_emulator/reset")), (json{{"users", 0}, {"sessions", 0}, {"webhooks", 0}}));
  EXPECT_EQ(CountUsers(), 0);
  EXPECT_EQ(Json(emulator_.Control("GET", "/_emulator/clock")), (json{{"now", clock_.Now().value}, {"ahead_ms", 0}}));
  EXPECT_EQ(Post("/_emulator/sign-up", R"({"email":"ada@example.com"})").status, 200) << "the address is free again";
}

TEST_F(StateRoutesTest, SnapshotBringsBackUsersAndSessionsAsTheyWere) {
  const auto entered = SignUp();
  ASSERT_EQ(Post("/_emulator/snapshots/signed-up").status, 200);
  const auto path = "/v1/users/" + entered.at("user_id").get<std::string>();
  const auto before = Json(emulator_.Backend("GET", path));
  emulator_.Backend("DELETE", path);
  Post("/_emulator/sign-up");
  ASSERT_EQ(Post("/_emulator/snapshots/signed-up/restore").status, 200);
  EXPECT_EQ(CountUsers(), 1);
  EXPECT_EQ(Json(emulator_.Backend("GET", path)), before);
  const auto session = entered.at("session_id").get<std::string>();
  EXPECT_EQ(emulator_.Control("GET", "/_emulator/token?session_id=" + session).status, 200);
}

TEST_F(StateRoutesTest, SnapshotNeedsAPlainNameThatExists) {
  EXPECT_EQ(Post("/_emulator/snapshots/none/restore").status, 404);
  for (const char* name : {"..", "a.b", "A", "a b"}) {
    EXPECT_EQ(Post(std::string("/_emulator/snapshots/") + name).status, 422) << name;
  }
}

TEST_F(StateRoutesTest, JumpOfTheClockExpiresSessions) {
  const auto session = SignUp().at("session_id").get<std::string>();
  const auto token = [&] { return emulator_.Control("GET", "/_emulator/token?session_id=" + session).status; };
  EXPECT_EQ(token(), 200);
  EXPECT_EQ(Json(Post("/_emulator/clock", R"({"advance_seconds":604800})")).at("ahead_ms"), 604'800'000);
  EXPECT_EQ(token(), 401);
}

TEST_F(StateRoutesTest, JumpOfTheClockIsKeptForTheNextStartUntilAReset) {
  using std::chrono::seconds;
  EXPECT_EQ(ReadClock(directory_.path()).value(), seconds(0));
  Post("/_emulator/clock", R"({"advance_seconds":60})");
  Post("/_emulator/clock", R"({"advance_seconds":30})");
  EXPECT_EQ(ReadClock(directory_.path()).value(), seconds(90));
  EXPECT_EQ(AdjustableClock(clock_, seconds(90)).Now().value, clock_.Now().value + 90'000);
  Post("/_emulator/reset");
  EXPECT_EQ(ReadClock(directory_.path()).value(), seconds(0));
}

TEST_F(StateRoutesTest, ResetRemovesPictures) {
  const ProfileImages images(directory_.path() / "images");
  ASSERT_TRUE(images.Keep("GIF89a"));
  ASSERT_FALSE(std::filesystem::is_empty(directory_.path() / "images"));
  Post("/_emulator/reset");
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "images"));
}

TEST_F(StateRoutesTest, ClockGoesForwardOnlyAndNotTooFar) {
  for (const char* body : {"{}", R"({"advance_seconds":0})", R"({"advance_seconds":-1})", R"({"advance_seconds":315360001})"}) {
    EXPECT_EQ(Post("/_emulator/clock", body).status, 422) << body;
  }
  EXPECT_EQ(Post("/_emulator/clock", R"({"advance_seconds":315360000})").status, 200);
  EXPECT_EQ(Post("/_emulator/clock", R"({"advance_seconds":1})").status, 422);
}

}  // namespace
}  // namespace inkwell::emulator
