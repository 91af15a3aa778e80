// A browser's requests over real HTTP: cookies, forms and uploads, as clerk-js sends them.
#include <gmock/gmock.h>
#include <httplib.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/integration/clerk-emulator/program.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kForm = "application/x-www-form-urlencoded";

class BrowserTest : public ProgramTest {
 protected:
  // As clerk-js: POST with a form, and with _method for what is none.
  json Send(int port, const std::string& target, const std::string& form) {
    httplib::Client client("127.0.0.1", port);
    const auto response = client.Post(target, Headers(), form, kForm);
    if (!response) return {};
    const auto cookie = response->get_header_value("Set-Cookie");
    if (cookie.starts_with("__client=")) cookie_ = cookie.substr(0, cookie.find(';'));
    last_status_ = response->status;
    return json::parse(response->body, nullptr, false);
  }
  httplib::Headers Headers() const {
    httplib::Headers headers = {{"Origin", "http://localhost:3000"}};
    if (!cookie_.empty()) headers.emplace("Cookie", cookie_);
    return headers;
  }
  // Up to where the code is wanted: the path of the sign-up.
  std::string BeginSignUp(int port) {
    const auto begun = Send(port, "/v1/client/sign_ups?__clerk_api_version=2026-08-20",
                            "email_address=ada%40example.com&password=correct+horse&locale=en-US");
    const auto path = "/v1/client/sign_ups/" + begun.at("response").at("id").get<std::string>();
    Send(port, path + "/prepare_verification", "strategy=email_code");
    return path;
  }
  std::string SignUp(int port) {
    const auto done = Send(port, BeginSignUp(port) + "/attempt_verification", "strategy=email_code&code=424242");
    return done.at("response").at("created_session_id");
  }

  std::string cookie_;
  int last_status_ = 0;
};

TEST_F(BrowserTest, SignUpGoesOnAfterKillDashNineAndSoDoesTheSession) {
  std::string path;
  {
    const auto program = Start();
    path = BeginSignUp(program->Port());
    program->Signal(SIGKILL);
    program->Wait();
  }
  std::string session;
  {
    const auto program = Start();
    const auto done = Send(program->Port(), path + "/attempt_verification", "strategy=email_code&code=424242");
    session = done.at("response").at("created_session_id");
    program->Signal(SIGKILL);
    program->Wait();
  }
  const auto program = Start();
  const auto token = Send(program->Port(), "/v1/client/sessions/" + session + "/tokens", "organization_id=");
  EXPECT_EQ(last_status_, 200);
  EXPECT_TRUE(token.at("jwt").is_string());
}

TEST_F(BrowserTest, MethodIsOverriddenInTheQuery) {
  const auto program = Start();
  const int port = program->Port();
  const auto me = "_clerk_session_id=" + SignUp(port);
  const auto named = Send(port, "/v1/me?_method=PATCH&" + me, "first_name=Ada&last_name=");
  EXPECT_EQ(named.at("response").at("first_name"), "Ada");
  const auto signed_out = Send(port, "/v1/client/sessions?_method=DELETE", "");
  EXPECT_EQ(signed_out.at("client").at("sessions"), json::array());
  Send(port, "/v1/me?" + me, "");
  EXPECT_EQ(last_status_, 404) << "a POST that stands for nothing";
}

TEST_F(BrowserTest, PictureComesAsAMultipartForm) {
  const auto program = Start();
  const int port = program->Port();
  const auto target = "/v1/me/profile_image?_clerk_session_id=" + SignUp(port);
  const std::string png("\x89PNG\r\n\x1a\n\0\0 the rest", 19);
  httplib::Client client("127.0.0.1", port);
  const auto kept = client.Post(target, Headers(), {{"file", png, "me.png", "image/png"}});
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->status, 200) << kept->body;
  const auto url = json::parse(kept->body).at("response").at("public_url").get<std::string>();
  const auto served = client.Get(url.substr(url.find("/v1/")));
  ASSERT_TRUE(served);
  EXPECT_EQ(served->body, png);
  EXPECT_EQ(served->get_header_value("Content-Type"), "image/png");
  const auto large = client.Post(target, Headers(), {{"file", png + std::string(2 << 20, 'x'), "me.png", "image/png"}});
  EXPECT_TRUE(!large || large->status == 413);
}

TEST_F(BrowserTest, FilesOfClerkJsAreServedWholeAndToHeadWithoutTheBody) {
  const auto dist = directory_ / "js" / "ui" / "dist";
  std::filesystem::create_directories(dist);
  std::ofstream(dist / "ui.browser.js") << std::string(2'000'000, ';');
  const auto program = Start({"EMULATOR_CLERK_JS_DIR=" + (directory_ / "js").string()});
  httplib::Client client("127.0.0.1", program->Port());
  const auto file = client.Get("/npm/@clerk/ui@1/dist/ui.browser.js");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->body.size(), 2'000'000U);
  EXPECT_EQ(file->get_header_value("Content-Type"), "text/javascript; charset=utf-8");
  const auto head = client.Head("/npm/@clerk/ui@1/dist/ui.browser.js");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  const auto outside = client.Get("/npm/@clerk/ui@1/dist/%2e%2e%2f%2e%2e%2fsecret.js");
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->status, 404);
}

TEST_F(BrowserTest, SaysAtStartWhichCodeItTakes) {
  const auto program = Start();
  EXPECT_THAT(program->ReadUntil("424242"), HasSubstr("424242"));
}

}  // namespace
}  // namespace inkwell::emulator
