#include "gateway/http/problem.h"

#include <gtest/gtest.h>

#include "gateway/http/json_text.h"

namespace inkwell::gateway {
namespace {

using namespace std::string_literals;

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(JsonText, EscapesWhatJsonDemandsAndNothingElse) {
  EXPECT_EQ(Quoted(""), R"("")");
  EXPECT_EQ(Quoted("plain"), R"("plain")");
  EXPECT_EQ(Quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(Quoted("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(Quoted("\0\x1f\x7f"s), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(Quoted("ä€😀/"), "\"ä€😀/\"");
}

TEST(Problem, HasTheMembersOfRfc9457AndOurs) {
  const Response response = ProblemResponse({400, "TITLE_REQUIRED", "A post has a \"title\".", {{"field", "title"}}}, "id-1");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body.view(),
            R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"A post has a \"title\".",)"
            R"("reason":"TITLE_REQUIRED","requestId":"id-1","field":"title"})");
}

}  // namespace
}  // namespace inkwell::gateway
