// clerk-conformance as it is started: which files it reads, what it counts and how it ends.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/package/program.h"
#include "tests/support/child_process.h"
#include "tests/unit/clerk/token_signer.h"

namespace clerk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr const char* kGood = R"({"name":"parse/none","key":"","options":{},"result":null})";
constexpr const char* kBad =
    R"({"name":"parse/wrong","key":"","options":{},"result":{"instanceType":"production","frontendApi":"x"}})";

struct Report {
  int exit_code = -1;
  std::vector<std::string> failures;  // the lines that begin with FAIL
  std::string last_line;
  std::string output;
};

Report RunWith(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), inkwell::testing::ProgramPath("clerk-conformance"));
  const auto outcome = testing::RunProgram(std::move(arguments));
  Report report{.exit_code = outcome.exit_code, .failures = {}, .last_line = {}, .output = outcome.output};
  std::istringstream lines(outcome.output);
  for (std::string line; std::getline(lines, line); report.last_line = line) {
    if (line.starts_with("FAIL")) report.failures.push_back(line);
  }
  return report;
}

Report RunOn(const std::string& command, const std::string& content) {
  const testing::TemporaryDirectory directory;
  return RunWith({command, directory.Write("vectors.jsonl", content)});
}

// The vectors pass and fail as they would alone, and the file ends with these counts.
void ExpectCounts(const Report& report, int passed, int total) {
  EXPECT_EQ(report.exit_code, passed == total ? 0 : 1) << report.output;
  EXPECT_EQ(report.failures.size(), static_cast<std::size_t>(total - passed)) << report.output;
  EXPECT_EQ(report.last_line, std::to_string(passed) + "/" + std::to_string(total)) << report.output;
}

void ExpectRefusal(const Report& report, const std::string& why) {
  EXPECT_EQ(report.exit_code, 2);
  EXPECT_THAT(report.failures, IsEmpty());
  EXPECT_THAT(report.output, HasSubstr(why));
}

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(ConformanceProgramTest, PassesAFileWhoseVectorsPass) {
  ExpectCounts(RunOn("keys", Lines({kGood})), 1, 1);
  ExpectCounts(RunOn("keys", kGood), 1, 1);  // without an end of line
  ExpectCounts(RunOn("keys", Lines({"", kGood, "  \t\r", kGood, ""})), 2, 2);
}

TEST(ConformanceProgramTest, NamesTheVectorThatFails) {
  const Report report = RunOn("keys", Lines({kGood, kBad}));
  ExpectCounts(report, 1, 2);
  EXPECT_THAT(report.failures.at(0), StartsWith("FAIL \"parse/wrong\": "));
}

TEST(ConformanceProgramTest, CountsALineThatIsNoVectorAsAFailureAndGoesOn) {
  for (const char* line :
       {"no JSON", R"({"name":"parse/cut","key")", "[]", "null", "{}", R"({"name":7,"key":"","result":null})"}) {
    const Report report = RunOn("keys", Lines({kGood, line, kGood}));
    ExpectCounts(report, 2, 3);
    EXPECT_THAT(report.failures.at(0), StartsWith("FAIL line 2: ")) << line;
  }
  ExpectCounts(RunOn("keys", Lines({"no JSON"})), 0, 1);
}

TEST(ConformanceProgramTest, CountsAVectorThatCannotBeCheckedAsAFailureAndGoesOn) {
  const std::vector<std::string> odd = {R"({"name":"parse/odd","key":7,"options":{},"result":null})",
                                        R"({"name":"parse/odd","key":"","options":{}})"};
  for (const std::string& line : odd) {
    const Report report = RunOn("keys", Lines({kGood, line, kGood}));
    ExpectCounts(report, 2, 3);
    EXPECT_THAT(report.failures.at(0), StartsWith("FAIL \"parse/odd\": ")) << line;
  }
  for (const char* command : {"bapi", "jws", "requests", "rsa", "tokens", "webhooks"}) {
    ExpectCounts(RunOn(command, Lines({R"({"name":"a"})", R"({"name":"b"})"})), 0, 2);
  }
}

// The SDK takes whatever a HTTP client throws for an endpoint that is down; that must not pass for the recorded answer.
TEST(ConformanceProgramTest, FailsARequestVectorWhoseRecordedAnswerCannotBeRead) {
  const auto vector = [](const nlohmann::json& response) {
    const nlohmann::json call = {{"method", "GET"},
                                 {"url", "https://api.clerk.com/v1/jwks"},
                                 {"authorization", "Bearer sk_live_x"},
                                 {"body", nullptr},
                                 {"response", response}};
    const std::string token = testing::TokenSigner::First().Sign(testing::SessionClaims(1'760'000'000));
    return nlohmann::json{
        {"name", "header/keys"},
        {"options", {{"publishableKey", "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"}, {"secretKey", "sk_live_x"}}},
        {"request", {{"method", "GET"}, {"url", "https://example.com/"}, {"headers", {{"Authorization", {"Bearer " + token}}}}}},
        {"now_ms", 1'760'000'000'000},
        {"status", "signed-out"},
        {"reason", "jwk-remote-failed-to-load"},
        {"isAuthenticated", false},
        {"tokenType", "session_token"},
        {"headers", {{"x-clerk-auth-reason", "jwk-remote-failed-to-load"}, {"x-clerk-auth-status", "signed-out"}}},
        {"http", {call}}}
        .dump();
  };
  ExpectCounts(RunOn("requests", vector({{"status", 200}, {"body", "no keys"}})), 1, 1);
  ExpectCounts(RunOn("requests", vector({{"status", "200"}, {"body", "no keys"}})), 0, 1);
}

TEST(ConformanceProgramTest, TakesAMemberThatIsNullForOneThatIsAbsent) {
  ExpectCounts(RunOn("keys", R"({"name":"parse/null","key":null,"options":null,"result":null,"suffix":null})"), 1, 1);
}

TEST(ConformanceProgramTest, TakesAListForSeveralHeadersOfThatName) {
  const std::string body = R"({"type":"user.deleted","data":{"id":"user_a"}})";
  const std::string key = "0123456789abcdef01234567";
  const std::string good = "v1," + testing::HmacBase64(key, "msg_1.1760000000." + body);
  const auto vector = [&](const nlohmann::json& signature) {
    return nlohmann::json{
        {"name", "headers/several"},
        {"secret", "whsec_" + testing::Base64(key)},
        {"headers", {{"svix-id", "msg_1"}, {"svix-timestamp", "1760000000"}, {"svix-signature", signature}}},
        {"body", body},
        {"now_s", 1'760'000'000},
        {"verdict", "ok"},
        {"event", {{"type", "user.deleted"}, {"object", "event"}, {"data_id", "user_a"}, {"instance_id", nullptr}}}}
        .dump();
  };
  ExpectCounts(RunOn("webhooks", vector(good)), 1, 1);
  ExpectCounts(RunOn("webhooks", vector({"v1,AAAA", good})), 1, 1);
  ExpectCounts(RunOn("webhooks", vector({"v1,AAAA", "v1,BBBB"})), 0, 1);
}

TEST(ConformanceProgramTest, ReadsHalfASurrogatePairAsJavaScriptSendsIt) {
  // Alone, before another escape, the wrong way round; a whole pair and an escaped backslash stay.
  for (const char* key : {R"(\ud800)", R"(\uDBFF\n)", R"(\udc00\ud83d)", R"(\ud83d\ude00)", R"(\\ud800)"}) {
    ExpectCounts(RunOn("keys", std::string(R"({"name":"parse/surrogate","key":")") + key + R"(","result":null})"), 1, 1);
  }
  const Report report = RunOn("keys", R"({"name":"\ud83d\ude00\ud800\\ud800"})");
  EXPECT_THAT(report.failures.at(0), StartsWith("FAIL \"😀\xEF\xBF\xBD\\\\ud800\": "));
}

TEST(ConformanceProgramTest, EndsWithTwoIfThereAreNoVectors) {
  ExpectRefusal(RunOn("keys", ""), "no vectors");
  ExpectRefusal(RunOn("keys", "\n  \n\t\r\n"), "no vectors");
  ExpectRefusal(RunWith({"keys", "/nonexistent/vectors.jsonl"}), "cannot read /nonexistent/vectors.jsonl");
}

TEST(ConformanceProgramTest, EndsWithTwoIfTheCommandLineIsWrong) {
  const testing::TemporaryDirectory directory;
  const std::string file = directory.Write("vectors.jsonl", kGood);
  ExpectRefusal(RunWith({"cookies", file}), "unknown command \"cookies\"");
  for (const auto& arguments : {std::vector<std::string>{}, {"keys"}, {"keys", file, file}}) {
    ExpectRefusal(RunWith(arguments), "Usage: clerk-conformance COMMAND FILE");
  }
}

}  // namespace
}  // namespace clerk
