// JSON bodies at the real gateway: what is JSON, what is not, and what is more than we take. Never a 5xx, never a crash.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/conformance/json_cases.h"
#include "tests/e2e/stack.h"

namespace inkwell::conformance {
namespace {

using e2e::HttpAnswer;
using e2e::HttpClient;
using e2e::TestClerk;

class JsonBodies : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<e2e::Stack>(e2e::Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static e2e::Stack& stack() { return *stack_; }

  JsonBodies() {
    const std::string event = TestClerk::Event("user.created", TestClerk::SparseUser(author_, 1000));
    EXPECT_EQ(stack().Deliver(event).status, 200);
  }
  ~JsonBodies() override { EXPECT_EQ(HttpClient(stack().gateway_port()).Get("/livez").status, 200); }

  // Tokens live for a minute; the cases of a slow machine may take longer.
  HttpAnswer Send(const std::string& method, const std::string& path, const std::string& body,
                  const std::string& content_type = "application/json") {
    std::multimap<std::string, std::string> headers;
    if (!content_type.empty()) headers.emplace("Content-Type", content_type);
    return stack().ClientOf(author_).Send(method, path, body, headers);
  }

  const std::string author_ = e2e::UserId("json");

 private:
  static inline std::unique_ptr<e2e::Stack> stack_;
};

TEST_F(JsonBodies, AreAnsweredAsTheStandardSays) {
  const auto cases = JsonCases();
  EXPECT_GE(cases.size(), 170U);
  for (const JsonCase& one : cases) {
    const HttpAnswer answer = Send("POST", "/api/posts", one.body, one.content_type);
    EXPECT_EQ(answer.status, one.status) << one.name << ": " << answer.body.substr(0, 300);
    if (answer.status == 201) continue;
    EXPECT_EQ(answer.Header("content-type"), "application/problem+json") << one.name;
    EXPECT_EQ(answer.Json().value("reason", ""), one.reason) << one.name << ": " << answer.body.substr(0, 300);
  }
}

TEST_F(JsonBodies, ComeBackAsTheyWere) {
  const std::string title = "\"\\/\b\f\n\r\t\x7f \xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf </script>";
  const HttpAnswer answer = Send("POST", "/api/posts", nlohmann::json({{"title", title}, {"content", title}}).dump());
  ASSERT_EQ(answer.status, 201) << answer.body;
  const nlohmann::json post = Send("GET", answer.Header("location"), "", "").Json();
  EXPECT_EQ(post.at("title"), title);
  EXPECT_EQ(post.at("content"), title);
}

#ifdef JSON_VECTORS
std::string FromBase64(const std::string& text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned value = 0;
  int bits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    value = (value << 6 | static_cast<unsigned>(kDigits.find(c))) & 0xffffffU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(value >> bits & 0xffU);
  }
  return bytes;
}

// `expect` of nst/JSONTestSuite: none of its bodies is one that we take, but only those that are no JSON may be called so.
void ExpectJudgement(const HttpAnswer& answer, const std::string& expect, const std::string& what) {
  EXPECT_TRUE(answer.status >= 200 && answer.status < 500) << what << ": " << answer.status << ' ' << answer.body;
  const std::string reason = answer.status < 300 ? "" : answer.Json().value("reason", "");
  const bool refused_as_json = reason == "INVALID_JSON" || reason == "TOO_DEEP";
  if (expect == "reject") {
    EXPECT_TRUE(refused_as_json && answer.status == 400) << what << ": " << answer.body;
  } else if (expect == "accept") {
    EXPECT_FALSE(refused_as_json) << what << ": " << answer.body;
  }
}

TEST_F(JsonBodies, OfThePublishedSuiteAreJudgedAsItSays) {
  const HttpAnswer created = Send("POST", "/api/posts", R"({"title":"One"})");
  ASSERT_EQ(created.status, 201);
  std::ifstream lines(JSON_VECTORS);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto vector = nlohmann::json::parse(line);
    const std::string name = vector.at("name");
    const std::string expect = vector.at("expect");
    const std::string body = FromBase64(vector.at("bytes_b64"));
    ExpectJudgement(Send("POST", "/api/posts", body), expect, "POST /api/posts " + name);
    ExpectJudgement(Send("PATCH", created.Header("location"), body), expect, "PATCH /api/posts/{id} " + name);
    // A body above the limit of this route is not read at all.
    const HttpAnswer profile = Send("PATCH", "/api/me", body);
    if (profile.status != 413) ExpectJudgement(profile, expect, "PATCH /api/me " + name);
    const int webhook = stack().Deliver(body).status;
    // A signed object is received, whatever it says: types that are not known concern no user.
    EXPECT_TRUE(webhook == 400 || (webhook == 200 && expect != "reject")) << name << ": " << webhook;
  }
  EXPECT_GE(count, 300);
}
#endif

}  // namespace
}  // namespace inkwell::conformance
