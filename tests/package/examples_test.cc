// The programs of the SDK's README do what it says: each is run, against real HTTP and clerk-emulator where it talks to Clerk.
#include <gmock/gmock.h>
#include <httplib.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "tests/package/program.h"
#include "tests/support/child_process.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

namespace fs = std::filesystem;
using inkwell::testing::ChildProcess;
using testing::Environment;
using ::testing::HasSubstr;
using testing::Outcome;
using testing::RunProgram;
using ::testing::StartsWith;

const fs::path kSdk = fs::path(CLERK_SOURCE_DIR);
constexpr const char* kSecretKey = "sk_test_of_the_examples_test";

std::string Example(const std::string& name) { return inkwell::testing::ProgramPath("examples/" + name); }

std::unique_ptr<ChildProcess> Start(std::vector<std::string> command, Environment environment) {
  inkwell::testing::ChildOptions options;
  options.command = std::move(command);
  options.environment = std::move(environment);
  return ChildProcess::Start(options);
}

// The port in "127.0.0.1:<port>", which a server prints once it listens.
int PortOf(ChildProcess& server) {
  EXPECT_TRUE(server.WaitForOutput("listening", std::chrono::seconds(30))) << server.Output();
  const std::string before = "127.0.0.1:";
  EXPECT_TRUE(server.WaitForOutput(before)) << server.Output();
  const std::string output = server.Output();
  return std::atoi(output.c_str() + output.find(before) + before.size());
}

class ExamplesTest : public ::testing::Test {
 protected:
  ExamplesTest() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    claims_ = testing::SessionClaims(now);
  }

  void StartEmulator(Environment settings = {}) {
    settings.insert(settings.end(), {{"EMULATOR_LISTEN", "127.0.0.1:0"},
                                     {"EMULATOR_DATA_DIR", (directory_ / "emulator").string()},
                                     {"EMULATOR_SECRET_KEY", kSecretKey}});
    emulator_ = Start({inkwell::testing::ProgramPath("clerk-emulator")}, std::move(settings));
    emulator_port_ = PortOf(*emulator_);
  }
  // What an example needs to talk to the emulator as if it were Clerk.
  Environment Backend() const {
    return {{"CLERK_SECRET_KEY", kSecretKey}, {"CLERK_API_URL", "http://127.0.0.1:" + std::to_string(emulator_port_)}};
  }
  // {"user_id","session_id",…} of a new user.
  nlohmann::json SignUp(const std::string& first_name) const {
    httplib::Client client("127.0.0.1", emulator_port_);
    const auto reply = client.Post("/_emulator/sign-up", nlohmann::json{{"first_name", first_name}}.dump(), "application/json");
    EXPECT_TRUE(reply);
    return nlohmann::json::parse(reply->body);
  }
  // A token of the session, made by the Backend API.
  std::string SessionToken(const std::string& session_id) const {
    httplib::Client client("127.0.0.1", emulator_port_);
    client.set_bearer_token_auth(kSecretKey);
    const auto reply = client.Post("/v1/sessions/" + session_id + "/tokens", "{}", "application/json");
    EXPECT_TRUE(reply);
    return nlohmann::json::parse(reply->body).at("jwt").get<std::string>();
  }
  Environment Verifying() const {
    return {{"CLERK_JWT_KEY", testing::TokenSigner::First().Pem()},
            {"CLERK_AUTHORIZED_PARTY", claims_.at("azp").get<std::string>()},
            {"CLERK_PUBLISHABLE_KEY", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"}};
  }
  Outcome VerifyToken(const std::string& token) const { return RunProgram({Example("verify_token")}, Verifying(), token); }

  testing::TemporaryDirectory directory_;  // outlives the emulator
  nlohmann::json claims_;
  std::unique_ptr<ChildProcess> emulator_;
  int emulator_port_ = 0;
};

TEST_F(ExamplesTest, VerifyTokenTellsTheUser) {
  const auto good = VerifyToken(testing::TokenSigner::First().Sign(claims_));
  EXPECT_EQ(good.output, "user " + claims_.at("sub").get<std::string>() + "\n");
  EXPECT_EQ(good.exit_code, 0);
}

TEST_F(ExamplesTest, VerifyTokenTellsWhyATokenIsRefused) {
  claims_["exp"] = claims_["exp"].get<std::int64_t>() - 1000;
  const auto expired = VerifyToken(testing::TokenSigner::First().Sign(claims_));
  EXPECT_EQ(expired.output, "refused: token-expired\n");
  EXPECT_EQ(expired.exit_code, 1);
}

TEST_F(ExamplesTest, ProtectRouteServesSignedInUsersOnly) {
  const auto server = Start({Example("protect_route"), "0"}, Verifying());
  httplib::Client client("127.0.0.1", PortOf(*server));
  const auto anonymous = client.Get("/me");
  ASSERT_TRUE(anonymous);
  EXPECT_EQ(anonymous->status, 401);
  EXPECT_EQ(anonymous->get_header_value("x-clerk-auth-status"), "signed-out");
  EXPECT_NE(anonymous->get_header_value("x-clerk-auth-reason"), "");

  const auto signed_in =
      client.Get("/me", httplib::Headers{{"Authorization", "Bearer " + testing::TokenSigner::First().Sign(claims_)}});
  ASSERT_TRUE(signed_in);
  EXPECT_EQ(signed_in->status, 200);
  EXPECT_EQ(signed_in->body, "user " + claims_.at("sub").get<std::string>() + "\n");

  const auto forged =
      client.Get("/me", httplib::Headers{{"Authorization", "Bearer " + testing::TokenSigner::Second().Sign(claims_)}});
  ASSERT_TRUE(forged);
  EXPECT_EQ(forged->status, 401);
  EXPECT_EQ(forged->get_header_value("x-clerk-auth-reason"), "token-invalid-signature");
}

TEST_F(ExamplesTest, ReceiveWebhookStoresTheUserThatSignedUp) {
  const std::string secret = "whsec_" + testing::Base64("a secret of the examples test");
  const auto server = Start({Example("receive_webhook"), "0"}, {{"CLERK_WEBHOOK_SIGNING_SECRET", secret}});
  const int port = PortOf(*server);
  StartEmulator(
      {{"EMULATOR_WEBHOOK_URL", "http://127.0.0.1:" + std::to_string(port) + "/webhooks"}, {"EMULATOR_WEBHOOK_SECRET", secret}});
  const auto user_id = SignUp("Ada").at("user_id").get<std::string>();
  EXPECT_TRUE(server->WaitForOutput("store " + user_id, std::chrono::seconds(30))) << server->Output();
}

TEST_F(ExamplesTest, ReceiveWebhookRefusesWhatIsNotSigned) {
  const auto server =
      Start({Example("receive_webhook"), "0"}, {{"CLERK_WEBHOOK_SIGNING_SECRET", "whsec_" + testing::Base64("a key")}});
  httplib::Client client("127.0.0.1", PortOf(*server));
  const auto reply = client.Post("/webhooks", R"({"type":"user.deleted","data":{"id":"user_1"}})", "application/json");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 400);
  EXPECT_EQ(reply->body, "missing-headers");
}

TEST_F(ExamplesTest, ListUsersPrintsEveryUser) {
  StartEmulator();
  const auto ada = SignUp("Ada").at("user_id").get<std::string>();
  const auto grace = SignUp("Grace").at("user_id").get<std::string>();
  const auto listed = RunProgram({Example("list_users")}, Backend());
  EXPECT_EQ(listed.exit_code, 0) << listed.output;
  EXPECT_THAT(listed.output, HasSubstr(ada));
  EXPECT_THAT(listed.output, HasSubstr(grace));
}

TEST_F(ExamplesTest, ListUsersFailsWithAWrongSecretKey) {
  StartEmulator();
  Environment environment = Backend();
  environment[0].second = "sk_test_another";
  const auto listed = RunProgram({Example("list_users")}, environment);
  EXPECT_EQ(listed.exit_code, 1);
  EXPECT_THAT(listed.output, HasSubstr("(401)"));
}

TEST_F(ExamplesTest, UpdateUserRenamesAUser) {
  StartEmulator();
  const auto user_id = SignUp("Ada").at("user_id").get<std::string>();
  const auto updated = RunProgram({Example("update_user"), user_id, "Grace"}, Backend());
  EXPECT_EQ(updated.exit_code, 0);
  EXPECT_THAT(updated.output, StartsWith(user_id + " is now Grace"));
  const auto missing = RunProgram({Example("update_user"), "user_unknown", "Grace"}, Backend());
  EXPECT_EQ(missing.output, "There is no such user.\n");
  EXPECT_EQ(missing.exit_code, 1);
}

TEST_F(ExamplesTest, TemplateTokenPrintsAToken) {
  StartEmulator({{"EMULATOR_JWT_TEMPLATES", "supabase"}});
  const auto session_id = SignUp("Ada").at("session_id").get<std::string>();
  const auto token = RunProgram({Example("template_token"), session_id, "supabase"}, Backend());
  EXPECT_EQ(token.exit_code, 0) << token.output;
  EXPECT_TRUE(std::regex_match(token.output, std::regex("[\\w-]+\\.[\\w-]+\\.[\\w-]+\n"))) << token.output;
  const auto missing = RunProgram({Example("template_token"), "sess_unknown", "supabase"}, Backend());
  EXPECT_EQ(missing.output, "There is no such session or template.\n");
}

TEST_F(ExamplesTest, WhoamiVerifiesATokenAndNamesItsUser) {
  StartEmulator();
  const auto user = SignUp("Ada");
  Environment environment = Backend();
  environment.emplace_back("CLERK_PUBLISHABLE_KEY", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k");
  const auto session_id = user.at("session_id").get<std::string>();
  const auto named = RunProgram({Example("whoami")}, environment, SessionToken(session_id));
  EXPECT_THAT(named.output, StartsWith(user.at("user_id").get<std::string>() + " is Ada"));
  EXPECT_EQ(named.exit_code, 0);
  const auto forged = RunProgram({Example("whoami")}, environment, testing::TokenSigner::First().Sign(claims_));
  EXPECT_EQ(forged.output, "refused: jwk-kid-mismatch\n");
  EXPECT_EQ(forged.exit_code, 1);
}

TEST(ReadmeTest, ShowsExactlyTheExamples) {
  const std::string readme = testing::ReadFile(kSdk / "README.md");
  std::vector<std::string> shown;
  const std::string opening = "```cpp\n";
  for (auto at = readme.find(opening); at != std::string::npos; at = readme.find(opening, at)) {
    at += opening.size();
    shown.push_back(readme.substr(at, readme.find("```", at) - at));
  }
  std::vector<std::string> examples;
  for (const auto& entry : fs::directory_iterator(kSdk / "examples")) {
    if (entry.path().extension() == ".cc") examples.push_back(testing::ReadFile(entry.path()));
  }
  EXPECT_THAT(shown, ::testing::UnorderedElementsAreArray(examples));
}

}  // namespace
}  // namespace clerk
