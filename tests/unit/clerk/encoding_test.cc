#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "encoding/base64.h"
#include "encoding/digest.h"
#include "encoding/json.h"
#include "encoding/text.h"

namespace clerk::encoding {
namespace {

TEST(Base64UrlTest, DecodesEveryLength) {
  EXPECT_EQ(DecodeBase64Url(""), "");
  EXPECT_EQ(DecodeBase64Url("Zg"), "f");
  EXPECT_EQ(DecodeBase64Url("Zm8"), "fo");
  EXPECT_EQ(DecodeBase64Url("Zm9v"), "foo");
  EXPECT_EQ(DecodeBase64Url("-_-_"), "\xfb\xff\xbf");
}

TEST(Base64UrlTest, ToleratesPaddingOnlyAtTheEnd) {
  EXPECT_EQ(DecodeBase64Url("Zg=="), "f");
  EXPECT_EQ(DecodeBase64Url("Zg====="), "f");
  EXPECT_FALSE(DecodeBase64Url("Z=g"));
  EXPECT_FALSE(DecodeBase64Url("=Zg"));
}

TEST(Base64UrlTest, RefusesASecondSpellingOfTheSameBytes) {
  EXPECT_FALSE(DecodeBase64Url("Zh"));
  EXPECT_FALSE(DecodeBase64Url("Zm9"));
  EXPECT_FALSE(DecodeBase64Url("Zm9v Z"));
}

TEST(Base64UrlTest, RefusesEverythingOutsideTheAlphabet) {
  for (const char c : {'+', '/', ' ', '\n', '.', '\0', '\x80', '\xff', '%'}) {
    EXPECT_FALSE(DecodeBase64Url(std::string("Zm9") + c)) << static_cast<int>(c);
  }
  EXPECT_FALSE(DecodeBase64Url("Z"));
  EXPECT_FALSE(DecodeBase64Url("Zm9vZ"));
}

TEST(Base64Test, ForgivesWhiteSpaceAndMissingPadding) {
  EXPECT_EQ(DecodeBase64("Z m\n9\tv"), "foo");
  EXPECT_EQ(DecodeBase64("Zg"), "f");
  EXPECT_EQ(DecodeBase64("Zg=="), "f");
  EXPECT_EQ(DecodeBase64("Zh=="), "f");
  EXPECT_FALSE(DecodeBase64("Zg="));
  EXPECT_FALSE(DecodeBase64("Zg==="));
  EXPECT_FALSE(DecodeBase64("-_-_"));
}

TEST(Base64Test, Encodes) {
  EXPECT_EQ(EncodeBase64("f"), "Zg==");
  EXPECT_EQ(EncodeBase64("fo"), "Zm8=");
  EXPECT_EQ(EncodeBase64("foo"), "Zm9v");
  EXPECT_EQ(EncodeBase64Url("\xfb\xff"), "-_8");
}

TEST(JsonTest, IsStrict) {
  EXPECT_TRUE(ParseJson(" {\"a\": [1, 2.5e3, \"\\u00e9\", null]} \n"));
  for (const std::string text : {"", "{", "{}x", "[1,]", "{'a':1}", "[01]", "[NaN]", "\"a\nb\"", "\xEF\xBB\xBF{}", "\"\xff\"",
                                 "\"\xed\xa0\x80\"", "\"\\ud800\"", "{}/**/"}) {
    EXPECT_FALSE(ParseJson(text)) << text;
  }
  EXPECT_FALSE(ParseJson(std::string("{}\0", 3)));
  EXPECT_FALSE(ParseJson(std::string("{}\0{", 4)));
}

TEST(JsonTest, KeepsNulWrittenAsAnEscape) {
  const auto json = ParseJson(R"("a\u0000b")");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->get<std::string>(), std::string("a\0b", 3));
}

TEST(JsonTest, BoundsDepthButNotBracketsInStrings) {
  EXPECT_TRUE(ParseJson(std::string(512, '[') + std::string(512, ']')));
  EXPECT_FALSE(ParseJson(std::string(513, '[') + std::string(513, ']')));
  EXPECT_TRUE(ParseJson("\"" + std::string(5000, '[') + "\\\"[\""));
}

TEST(JsonTest, TruncatesNumbersTowardZeroIfTheyFit) {
  EXPECT_EQ(ToInteger(Json(-0.5)), 0);
  EXPECT_EQ(ToInteger(Json(1.9)), 1);
  EXPECT_EQ(ToInteger(Json(INT64_MIN)), INT64_MIN);
  EXPECT_FALSE(ToInteger(Json(9223372036854775808.0)));
  EXPECT_FALSE(ToInteger(Json(UINT64_MAX)));
  EXPECT_FALSE(ToInteger(Json("1")));
}

TEST(TextTest, ChecksUtf8ByTheTableOfTheRfc) {
  EXPECT_TRUE(IsValidUtf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x8a"));
  for (const std::string text : {"\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8", "\x80"}) {
    EXPECT_FALSE(IsValidUtf8(text));
  }
}

TEST(TextTest, PercentCodesBothWays) {
  EXPECT_EQ(PercentEncode("a/b c%~é"), "a%2Fb%20c%25~%C3%A9");
  EXPECT_EQ(PercentDecode("a%2Fb%20c"), "a/b c");
  EXPECT_FALSE(PercentDecode("%"));
  EXPECT_FALSE(PercentDecode("%2"));
  EXPECT_FALSE(PercentDecode("%zz"));
}

TEST(NumberTextTest, WritesNumbersAsJavaScriptDoes) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<double, std::string>> numbers = {{0, "0"},
                                                               {-0.0, "0"},
                                                               {1, "1"},
                                                               {-10, "-10"},
                                                               {2.5, "2.5"},
                                                               {0.1, "0.1"},
                                                               {-123.456, "-123.456"},
                                                               {9007199254740993, "9007199254740992"},
                                                               {123456789012345680000.0, "123456789012345680000"},
                                                               {1e20, "100000000000000000000"},
                                                               {999999999999999900000.0, "999999999999999900000"},
                                                               {1e21, "1e+21"},
                                                               {-1.5e21, "-1.5e+21"},
                                                               {1.7976931348623157e308, "1.7976931348623157e+308"},
                                                               {0.000001, "0.000001"},
                                                               {-0.00000123, "-0.00000123"},
                                                               {1e-7, "1e-7"},
                                                               {-1.25e-9, "-1.25e-9"},
                                                               {5e-324, "5e-324"},
                                                               {std::nan(""), "NaN"},
                                                               {kInfinity, "Infinity"},
                                                               {-kInfinity, "-Infinity"}};
  for (const auto& [number, text] : numbers) EXPECT_EQ(NumberText(number), text);
}

// RFC 4231, test case 2, and the known digest of "abc".
TEST(DigestTest, MatchesPublishedValues) {
  EXPECT_EQ(EncodeBase64(HmacSha256("Jefe", {"what do ya ", "want for nothing?"})),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
  EXPECT_EQ(EncodeBase64(Sha1("abc")), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
}

TEST(DigestTest, ComparesWholeTexts) {
  EXPECT_TRUE(EqualsInConstantTime("abc", "abc"));
  EXPECT_FALSE(EqualsInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualsInConstantTime("abc", "ab"));
}

}  // namespace
}  // namespace clerk::encoding
