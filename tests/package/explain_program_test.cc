// clerk-explain as it is started: what it reads, what it prints and how it ends.
#include <gmock/gmock.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/package/program.h"
#include "tests/support/child_process.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Outcome;
using ::testing::StartsWith;
using testing::TokenSigner;

constexpr std::int64_t kNow = 1'760'000'000;
constexpr const char* kPublishableKey = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";  // clerk.example.com

class ExplainProgramTest : public ::testing::Test {
 protected:
  // Runs it at kNow with the signer's keys, with these further arguments and this input.
  Outcome Explain(const std::string& input, std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"--now", std::to_string(kNow), "--jwks", key_set_});
    return Run(std::move(arguments), input);
  }
  static Outcome Run(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), inkwell::testing::ProgramPath("clerk-explain"));
    return testing::RunProgram(std::move(arguments), {}, input);
  }
  std::string Token() const { return TokenSigner::First().Sign(claims_); }

  const testing::TemporaryDirectory directory_;
  const std::string key_set_ = directory_.Write("jwks.json", TokenSigner::First().Jwks());
  nlohmann::json claims_ = testing::SessionClaims(kNow);
};

TEST_F(ExplainProgramTest, AcceptsAGoodTokenHoweverItIsPasted) {
  for (const std::string& input : {Token(), "\n " + Token() + "\r\n", "Bearer " + Token(), "bearer  " + Token()}) {
    const auto outcome = Explain(input);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
    EXPECT_THAT(outcome.output, StartsWith("ACCEPTED\n"));
  }
}

TEST_F(ExplainProgramTest, SaysWhatFailsAndWhatToChange) {
  claims_["exp"] = kNow - 3600;
  const auto outcome = Explain(Token(), {"--authorized-party=https://other.example.com"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.output, AllOf(StartsWith("REFUSED: token-invalid-authorized-parties\n"), HasSubstr("FAILED"),
                                    HasSubstr("would fail  Expired 3600 s"), HasSubstr("Change: ")));
}

TEST_F(ExplainProgramTest, HonoursTheOptionsOfTheVerifier) {
  claims_["exp"] = kNow - 30;
  claims_["aud"] = "api";
  EXPECT_EQ(Explain(Token()).exit_code, 1);
  EXPECT_EQ(Explain(Token(), {"--clock-skew", "60000"}).exit_code, 0);
  EXPECT_EQ(Explain(Token(), {"--clock-skew", "60000", "--audience", "api"}).exit_code, 0);
  EXPECT_EQ(Explain(Token(), {"--clock-skew", "60000", "--audience", "other"}).exit_code, 1);
  EXPECT_EQ(Explain(Token(), {"--clock-skew", "60000", "--issuer", "https://clerk.other.com"}).exit_code, 1);
}

TEST_F(ExplainProgramTest, TakesAPemKey) {
  const std::string key = directory_.Write("key.pem", TokenSigner::First().Pem());
  EXPECT_EQ(Run({"--now", std::to_string(kNow), "--jwt-key", key}, Token()).exit_code, 0);
}

TEST_F(ExplainProgramTest, FindsTheTokenInARequest) {
  const std::string request = "GET /me HTTP/1.1\r\nHost: app.example.com\r\nauthorization: Bearer " + Token() + "\r\n\r\nbody";
  const auto outcome = Explain(request);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
  EXPECT_THAT(outcome.output, AllOf(StartsWith("ACCEPTED\n"), HasSubstr("in the Authorization header")));
}

TEST_F(ExplainProgramTest, ReadsARequestAsCurlPrintsIt) {
  const auto outcome = Explain("> GET /me HTTP/1.1\n> Host: app.example.com\n> Authorization: Bearer " + Token() + "\n>\n");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
}

TEST_F(ExplainProgramTest, SaysThatARequestIsSignedOut) {
  const auto outcome = Explain("GET /me HTTP/1.1\nHost: app.example.com\n\n", {"--publishable-key", kPublishableKey});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.output,
              AllOf(StartsWith("REFUSED: session-token-and-uat-missing\n"), HasSubstr("401"), HasSubstr("Change: ")));
}

TEST_F(ExplainProgramTest, SaysThatAPageWithAnOldCookieGoesThroughTheHandshake) {
  claims_["exp"] = kNow - 30;
  const std::string cookies = "__session=" + Token() + "; __client_uat=" + std::to_string(kNow - 1000);
  const auto outcome =
      Explain("GET /me HTTP/1.1\nHost: app.example.com\nAccept: text/html\nSec-Fetch-Dest: document\nCookie: " + cookies + "\n\n",
              {"--publishable-key", kPublishableKey});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.output, AllOf(StartsWith("REFUSED: session-token-expired"), HasSubstr("handshake"),
                                    HasSubstr("in a session cookie"), HasSubstr("Expired 30 s ago")));
}

TEST_F(ExplainProgramTest, AsksForThePublishableKeyWhereCookiesCount) {
  const auto outcome = Explain("GET /me HTTP/1.1\nCookie: __session=" + Token() + "\n\n");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.output, HasSubstr("--publishable-key"));
}

TEST_F(ExplainProgramTest, NeverPrintsTheTokenOrThePerson) {
  claims_["sub"] = "user_private";
  claims_["email"] = "ada@example.com";
  const std::string token = Token();
  const std::vector<std::string> inputs = {token,
                                           token + "x",
                                           "Bearer " + token,
                                           "GET / HTTP/1.1\nAuthorization: Bearer " + token + "\n\n",
                                           "GET / HTTP/1.1\nCookie: __session=" + token + "\n\n",
                                           token.substr(0, token.size() / 2)};
  for (const auto& input : inputs) {
    const auto outcome = Explain(input, {"--publishable-key", kPublishableKey});
    EXPECT_THAT(outcome.output, AllOf(Not(HasSubstr(token.substr(0, 20))), Not(HasSubstr(token.substr(token.size() - 20)))));
    EXPECT_THAT(outcome.output, AllOf(Not(HasSubstr("user_private")), Not(HasSubstr("ada@"))));
  }
}

TEST_F(ExplainProgramTest, EndsWithTwoAndAHintIfTheCommandLineIsWrong) {
  const std::string token = Token();
  const std::vector<std::vector<std::string>> wrong = {
      {token}, {"--unknown"}, {"--now"}, {"--now", "soon"}, {"--jwks", "/nonexistent"}, {"--clock-skew", "5s"}};
  for (const auto& arguments : wrong) {
    const auto outcome = Run(arguments, token);
    EXPECT_EQ(outcome.exit_code, 2) << arguments.back();
    EXPECT_THAT(outcome.output, AllOf(HasSubstr("--help"), Not(HasSubstr(token.substr(0, 20)))));
  }
}

TEST_F(ExplainProgramTest, HelpListsEveryOption) {
  const auto help = Run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* option : {"--jwt-key", "--jwks", "--authorized-party", "--audience", "--issuer", "--header-type",
                             "--clock-skew", "--now", "--publishable-key"}) {
    EXPECT_THAT(help.output, HasSubstr(option));
  }
}

}  // namespace
}  // namespace clerk
