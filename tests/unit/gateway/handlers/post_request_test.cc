#include "gateway/handlers/post_request.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace inkwell::gateway {
namespace {

using std::string_literals::operator""s;

std::string FieldOf(const Problem& problem) {
  for (const auto& [name, value] : problem.members) {
    if (name == "field") return value;
  }
  return "";
}

struct Refusal {
  std::string body;
  std::string reason;
  std::string field;
};

class ParsePostFieldsRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParsePostFieldsRefuses, WithReasonAndField) {
  const auto fields = ParsePostFields(GetParam().body);
  ASSERT_FALSE(fields.has_value());
  EXPECT_EQ(fields.error().status, 400);
  EXPECT_EQ(fields.error().reason, GetParam().reason);
  EXPECT_EQ(FieldOf(fields.error()), GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, ParsePostFieldsRefuses,
    testing::Values(
        // not one JSON object in UTF-8
        Refusal{"", "INVALID_JSON", ""}, Refusal{" ", "INVALID_JSON", ""}, Refusal{"{", "INVALID_JSON", ""},
        Refusal{"null", "NOT_AN_OBJECT", ""}, Refusal{"[]", "NOT_AN_OBJECT", ""}, Refusal{"\"title\"", "NOT_AN_OBJECT", ""},
        Refusal{"1", "NOT_AN_OBJECT", ""}, Refusal{"true", "NOT_AN_OBJECT", ""}, Refusal{"1.5", "NOT_AN_OBJECT", ""},
        Refusal{R"({"title":"a"}x)", "INVALID_JSON", ""}, Refusal{R"({"title":"a"}{})", "INVALID_JSON", ""},
        Refusal{R"({"title":"a",})", "INVALID_JSON", ""}, Refusal{R"({title:"a"})", "INVALID_JSON", ""},
        Refusal{R"({'title':'a'})", "INVALID_JSON", ""}, Refusal{R"({"title":"a"/**/})", "INVALID_JSON", ""},
        Refusal{"{\"title\":\"a\nb\"}", "INVALID_JSON", ""}, Refusal{"{\"title\":\"\xff\"}", "INVALID_JSON", ""},
        Refusal{"{\"title\":\"\xc0\xaf\"}", "INVALID_JSON", ""}, Refusal{"{\"title\":\"\xed\xa0\x80\"}", "INVALID_JSON", ""},
        Refusal{R"({"title":"\ud800"})", "INVALID_JSON", ""}, Refusal{R"({"title":"a"})" + "\0"s, "INVALID_JSON", ""},
        Refusal{"\0"s, "INVALID_JSON", ""}, Refusal{R"({"title":"a)" + "\0"s + R"(b"})", "INVALID_JSON", ""},
        Refusal{R"({"title":1e999})", "INVALID_JSON", ""},
        // given twice
        Refusal{R"({"title":"a","title":"b"})", "DUPLICATE_FIELD", "title"},
        Refusal{R"({"content":null,"content":"b"})", "DUPLICATE_FIELD", "content"},
        Refusal{R"({"title":"a","titl\u0065":"b"})", "DUPLICATE_FIELD", "title"},
        // unknown members
        Refusal{R"({"title":"a","authorId":"user_1"})", "UNKNOWN_FIELD", "authorId"},
        Refusal{R"({"Title":"a"})", "UNKNOWN_FIELD", "Title"}, Refusal{R"({"":1})", "UNKNOWN_FIELD", ""},
        Refusal{"{\"" + std::string(500, 'x') + "\":1}", "UNKNOWN_FIELD", ""},
        // wrong types
        Refusal{R"({"title":1})", "INVALID_FIELD", "title"}, Refusal{R"({"title":null})", "INVALID_FIELD", "title"},
        Refusal{R"({"title":true})", "INVALID_FIELD", "title"}, Refusal{R"({"title":{}})", "INVALID_FIELD", "title"},
        Refusal{R"({"title":[]})", "INVALID_FIELD", "title"}, Refusal{R"({"title":-1})", "INVALID_FIELD", "title"},
        Refusal{R"({"title":0.5})", "INVALID_FIELD", "title"}, Refusal{R"({"content":1})", "INVALID_FIELD", "content"},
        Refusal{R"({"content":false})", "INVALID_FIELD", "content"},
        Refusal{R"({"published":"true"})", "INVALID_FIELD", "published"},
        Refusal{R"({"published":1})", "INVALID_FIELD", "published"},
        Refusal{R"({"published":null})", "INVALID_FIELD", "published"},
        Refusal{R"({"title":")" + std::string("\\u0000") + R"("})", "INVALID_FIELD", "title"}));

TEST(ParsePostFields, ReadsAllMembers) {
  const auto fields = ParsePostFields(R"( {"title":"\u00e9\ud83d\ude00","content":"","published":true} )");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->title, "é😀");
  EXPECT_TRUE(fields->names_content);
  EXPECT_EQ(fields->content, "");
  EXPECT_EQ(fields->published, true);
}

TEST(ParsePostFields, TellsNullContentFromAbsentContent) {
  const auto cleared = ParsePostFields(R"({"content":null})");
  ASSERT_TRUE(cleared.has_value());
  EXPECT_TRUE(cleared->names_content);
  EXPECT_EQ(cleared->content, std::nullopt);
  const auto absent = ParsePostFields("{}");
  ASSERT_TRUE(absent.has_value());
  EXPECT_FALSE(absent->names_content);
  EXPECT_EQ(absent->title, std::nullopt);
  EXPECT_EQ(absent->published, std::nullopt);
}

TEST(ParsePostFields, ReadsNoFurtherIntoADeeplyNestedBody) {
  const auto fields = ParsePostFields(R"({"title":)" + std::string(1'000'000, '['));
  ASSERT_FALSE(fields.has_value());
  EXPECT_EQ(fields.error().reason, "TOO_DEEP");
}

}  // namespace
}  // namespace inkwell::gateway
