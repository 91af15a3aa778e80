#include "encoding/json_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "encoding/json.h"

namespace clerk::encoding {
namespace {

// The member "a" of an object with this value.
class Value {
 public:
  explicit Value(const std::string& json) : text_(JsonText::Read("{\"a\":" + json + "}")) {}
  JsonValue operator*() const { return text_ ? text_->root().Member("a") : JsonValue(); }

 private:
  std::optional<JsonText> text_;
};

TEST(JsonTextTest, AcceptsEveryFormOfValue) {
  for (const std::string text : {"0", "-0", "1.5e+3", "-1E-2", "true", "false", "null", "\"\"", "[]", "{}", " [ 1 , [ ] , { } ] ",
                                 "{\"a\" : [true,false,null] , \"\" : {\"b\":\"c\"}}", "\t\n\r 1 \t\n\r", "\"\x7f\""}) {
    EXPECT_TRUE(JsonText::Read(text)) << text;
  }
}

TEST(JsonTextTest, RefusesWhatIsNoJson) {
  for (const std::string text : {"",
                                 " ",
                                 "{",
                                 "}",
                                 "[1,]",
                                 "[,1]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "{1:2}",
                                 "[1 2]",
                                 "[1",
                                 "]",
                                 "[1}",
                                 "01",
                                 "-",
                                 "+1",
                                 ".5",
                                 "1.",
                                 "1e",
                                 "1e+",
                                 "0x1",
                                 "NaN",
                                 "tru",
                                 "truex",
                                 "nul",
                                 "True",
                                 "'a'",
                                 "\"a",
                                 "\"a\nb\"",
                                 "\"\t\"",
                                 "\"\\x\"",
                                 "{}x",
                                 "{}{}",
                                 "1 2",
                                 "//\n1",
                                 "\"\\u12\"",
                                 "\"\\u12g4\"",
                                 "\"\\",
                                 "\"\\u",
                                 "[\"a\":1]",
                                 "\xEF\xBB\xBF{}"}) {
    EXPECT_FALSE(JsonText::Read(text)) << text;
  }
}

TEST(JsonTextTest, RefusesNulWhereverItStands) {
  for (const std::string& text :
       {std::string("{}\0", 3), std::string("\0{}", 3), std::string("\"a\0b\"", 5), std::string("[1\0]", 4)}) {
    EXPECT_FALSE(JsonText::Read(text));
  }
  EXPECT_EQ(*(*Value(R"("a\u0000b")")).string(), std::string_view("a\0b", 3));
}

TEST(JsonTextTest, RefusesWhatIsNoUtf8) {
  for (const std::string text :
       {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"", "\xc3\xa9"}) {
    EXPECT_FALSE(JsonText::Read(text)) << text;
  }
  EXPECT_EQ((*Value("\"\xc3\xa9 \xf0\x9f\xa6\x8a\"")).string(), "\xc3\xa9 \xf0\x9f\xa6\x8a");
}

TEST(JsonTextTest, ResolvesEscapes) {
  EXPECT_EQ((*Value(R"("\"\\\/\b\f\n\r\t")")).string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ((*Value(R"("x\u0041\u00e9\u20ac\ud83e\udd8ay")")).string(), "xA\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x8ay");
  for (const char* lone : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\u0041")", R"("\ud800\ud800")"}) {
    EXPECT_FALSE(*Value(lone)) << lone;
  }
}

TEST(JsonTextTest, FindsMembersByTheirNameWithoutEscapes) {
  const auto text = JsonText::Read(R"({"s\u0075b":"x","sub2":1,"":2,"o":{"sub":3}})");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->root().Member("sub").string(), "x");
  EXPECT_EQ(text->root().Member("").integer(), 2);
  EXPECT_EQ(text->root().Member("o").Member("sub").integer(), 3);
  EXPECT_FALSE(text->root().Member("sib"));
  EXPECT_FALSE(text->root().Member("nothing").Member("nothing").truthy());
}

TEST(JsonTextTest, TakesTheLastOfMembersOfOneName) {
  const auto text = JsonText::Read(R"({"a":1,"b":{"a":5},"a":{"c":2},"\u0061":3})");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->root().Member("a").integer(), 3);
}

TEST(JsonTextTest, ListsMembersAsTheyWereWritten) {
  const auto text = JsonText::Read(R"({"a":{"x":1}, "\u0062" : [2] ,"a":3})");
  ASSERT_TRUE(text);
  const auto members = text->root().Members();
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].name.string(), "a");
  EXPECT_EQ(members[0].value.json(), R"({"x":1})");
  EXPECT_EQ(members[1].name.string(), "b");
  EXPECT_EQ(members[1].name.json(), R"("\u0062")");
  EXPECT_EQ(members[2].value.json(), "3");
  EXPECT_TRUE(members[1].value.Members().empty());
}

TEST(JsonTextTest, KeepsTheTextAsItWas) {
  const std::string written = " {\"a\" : [ 1.50 , \"\\u0041\" ] , \"b\":{ } } ";
  const auto text = JsonText::Read(written);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->text(), written);
  EXPECT_EQ(text->root().Member("a").json(), "[ 1.50 , \"\\u0041\" ]");
  EXPECT_EQ(text->root().Member("b").json(), "{ }");
  EXPECT_EQ(text->root().Member("a").Elements().at(1).json(), "\"\\u0041\"");
  EXPECT_EQ(text->root().Member("c").json(), "");
}

TEST(JsonTextTest, TruncatesNumbersTowardZeroIfTheyFit) {
  EXPECT_EQ((*Value("-0")).integer(), 0);
  EXPECT_EQ((*Value("1.999")).integer(), 1);
  EXPECT_EQ((*Value("-1.999")).integer(), -1);
  EXPECT_EQ((*Value("1.76e9")).integer(), 1'760'000'000);
  EXPECT_EQ((*Value("9223372036854775807")).integer(), INT64_MAX);
  EXPECT_EQ((*Value("-9223372036854775808")).integer(), INT64_MIN);
  EXPECT_FALSE((*Value("9223372036854775808")).integer());
  EXPECT_FALSE((*Value("1e20")).integer());
  EXPECT_FALSE((*Value("\"1\"")).integer());
  EXPECT_FALSE((*Value("null")).integer());
}

TEST(JsonTextTest, ReadsNumbersThatNoDoubleHolds) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ((*Value("1e400")).number(), kInfinity);
  EXPECT_EQ((*Value("-1e400")).number(), -kInfinity);
  EXPECT_EQ((*Value("1e99999999999999999999")).number(), kInfinity);
  EXPECT_EQ((*Value("0." + std::string(400, '0') + "1e-10")).number(), 0.0);
  EXPECT_EQ((*Value(std::string(400, '9') + "e-5")).number(), kInfinity);
  EXPECT_EQ((*Value("1e-400")).number(), 0.0);
  EXPECT_EQ((*Value("1e-99999999999999999999")).number(), 0.0);
  EXPECT_EQ((*Value("0e999")).number(), 0.0);
  EXPECT_FALSE((*Value("1e400")).integer());
  EXPECT_EQ((*Value("1e-400")).integer(), 0);
}

TEST(JsonTextTest, RefusesNumbersThatNoDoubleHoldsWithinTheLimitsOfADocument) {
  const auto reads = [](const std::string& number) { return JsonText::Read("[" + number + "]", kDocumentLimits).has_value(); };
  for (const std::string& number : {std::string("1e400"), std::string("-1e400"), std::string("1E+309"), std::string("2e308"),
                                    std::string("1e99999999999999999999"), std::string(309, '9'), std::string(400, '9') + ".5"}) {
    EXPECT_FALSE(reads(number)) << number;
    EXPECT_FALSE(ParseJson(number)) << number;
  }
  for (const std::string& number : {std::string("1e308"), std::string("-1.7976931348623157e308"), std::string("1e-400"),
                                    std::string("0e999"), std::string(308, '9'), "0." + std::string(400, '1')}) {
    EXPECT_TRUE(reads(number)) << number;
    EXPECT_TRUE(ParseJson(number)) << number;
  }
}

TEST(JsonTextTest, KnowsWhatJavaScriptTakesForTrue) {
  for (const char* json : {"null", "false", "0", "-0.0", "0e5", "\"\"", "1e-400"}) EXPECT_FALSE((*Value(json)).truthy()) << json;
  for (const char* json : {"true", "1", "-0.1", "\"0\"", "[]", "{}", "1e400"}) EXPECT_TRUE((*Value(json)).truthy()) << json;
}

TEST(JsonTextTest, BoundsDepthWithoutRecursion) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  for (const JsonLimits& limits : {JsonLimits{}, kDocumentLimits}) {
    EXPECT_TRUE(JsonText::Read(nested(limits.depth), limits));
    EXPECT_FALSE(JsonText::Read(nested(limits.depth + 1), limits));
  }
  EXPECT_FALSE(JsonText::Read(std::string(1'000'000, '[')));
  EXPECT_TRUE(JsonText::Read("\"" + std::string(50'000, '[') + "\""));
}

TEST(JsonTextTest, FindsTheEndOfAStringAtEveryLength) {
  for (std::size_t length = 0; length < 40; ++length) {
    const std::string plain(length, 'x');
    EXPECT_EQ((*Value("\"" + plain + "\"")).string(), plain);
    EXPECT_EQ((*Value("\"" + plain + "\\n\"")).string(), plain + "\n");
    EXPECT_FALSE(*Value("\"" + plain + "\x1f\""));
    EXPECT_FALSE(JsonText::Read("\"" + plain));
  }
}

}  // namespace
}  // namespace clerk::encoding
