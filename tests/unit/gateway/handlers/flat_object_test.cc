#include "gateway/handlers/flat_object.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace inkwell::gateway {
namespace {

constexpr std::array kMembers{FlatMember{"name", FlatMember::Type::kString, true},
                              FlatMember{"count", FlatMember::Type::kInteger}, FlatMember{"word", FlatMember::Type::kString}};

// "REASON field"
std::string RefusalOf(std::string_view json) {
  const auto parsed = ParseFlatObject(json, kMembers);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().status, 400);
  return parsed.error().reason + (parsed.error().members.empty() ? "" : " " + parsed.error().members.front().second);
}

TEST(FlatObject, GivesTheMembersThatAreThere) {
  const auto parsed = ParseFlatObject(R"({"name":null,"count":7,"word":"ü"})", kMembers);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_TRUE(std::holds_alternative<Null>(parsed->at("name")));
  EXPECT_EQ(std::get<std::int64_t>(parsed->at("count")), 7);
  EXPECT_EQ(std::get<std::string>(parsed->at("word")), "ü");
  EXPECT_TRUE(ParseFlatObject("{}", kMembers)->empty());
}

TEST(FlatObject, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(RefusalOf(R"({"other":1})"), "UNKNOWN_FIELD other");
  EXPECT_EQ(RefusalOf(R"({"name":"a","name":"b"})"), "DUPLICATE_FIELD name");
  EXPECT_EQ(RefusalOf(R"({"name":null,"n\u0061me":null})"), "DUPLICATE_FIELD name");
  EXPECT_EQ(RefusalOf(R"({"word":null})"), "INVALID_FIELD word");
  for (const char* value : {"1", "true", "1.5", "[]", "{}", R"("a\u0000b")"}) {
    EXPECT_EQ(RefusalOf(R"({"word":)" + std::string(value) + "}"), "INVALID_FIELD word") << value;
  }
  for (const char* value : {"\"1\"", "true", "1.5", "1e3", "[]", "{}", "null"}) {
    EXPECT_EQ(RefusalOf(R"({"count":)" + std::string(value) + "}"), "INVALID_FIELD count") << value;
  }
}

TEST(FlatObject, TellsTheFirstReasonThatAppliesWhateverTheOrderOfTheMembers) {
  EXPECT_EQ(RefusalOf(R"({"word":1,"other":2})"), "UNKNOWN_FIELD other");
  EXPECT_EQ(RefusalOf(R"({"word":[{"word":{"x":1.5}}],"other":{"name":2},"another":3})"), "UNKNOWN_FIELD other");
  EXPECT_EQ(RefusalOf(R"({"word":"a","count":"b","word":"c"})"), "DUPLICATE_FIELD word");
  EXPECT_EQ(RefusalOf(R"({"word":1,"word":"a"})"), "DUPLICATE_FIELD word");
  EXPECT_EQ(RefusalOf(R"({"name":null,"name":null,"other":1})"), "UNKNOWN_FIELD other");
  EXPECT_EQ(RefusalOf(R"({"word":1,"count":"b"})"), "INVALID_FIELD word");
}

TEST(FlatObject, RefusesWhatIsNoObject) {
  for (const char* json : {"[]", "1", "-1", "1.5", "null", "true", "\"x\"", "[{\"name\":null}]", "[{\"other\":1}]"}) {
    EXPECT_EQ(RefusalOf(json), "NOT_AN_OBJECT") << json;
  }
}

TEST(FlatObject, RefusesWhatIsNoJson) {
  for (const char* json : {"", "{", "{}{}", "{\"name\":\"\xff\"}", "{\"name\":}", "[1,]", "\xef\xbb\xbf{}"}) {
    EXPECT_EQ(RefusalOf(json), "INVALID_JSON") << json;
  }
  for (const char* json : {R"({"other":1)", R"({"word":1,})", R"({"name":null,"name":null]})", R"([{"word":"a"})"}) {
    EXPECT_EQ(RefusalOf(json), "INVALID_JSON") << "first of all, whatever else is wrong: " << json;
  }
  EXPECT_EQ(RefusalOf(std::string_view("{}\0", 3)), "INVALID_JSON");
}

TEST(FlatObject, ReadsNoFurtherThanThirtyTwoLevels) {
  const auto nested = [](int depth) {
    const auto levels = static_cast<std::size_t>(depth - 1);
    return R"({"word":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  EXPECT_EQ(RefusalOf(nested(32)), "INVALID_FIELD word");
  EXPECT_EQ(RefusalOf(nested(33)), "TOO_DEEP");
  EXPECT_EQ(RefusalOf(std::string(1'000'000, '[')), "TOO_DEEP");
  EXPECT_EQ(RefusalOf(std::string(1'000'000, '{')), "INVALID_JSON") << "a name is missing";
}

TEST(FlatObject, ReadsNoNumberBeyondADouble) {
  EXPECT_EQ(RefusalOf(R"({"word":1e308})"), "INVALID_FIELD word");
  EXPECT_EQ(RefusalOf(R"({"word":1e999})"), "INVALID_JSON");
}

TEST(FlatObject, TakesNumbersBeyondItsRangeForTheLargest) {
  EXPECT_EQ(std::get<std::int64_t>(ParseFlatObject(R"({"count":18446744073709551615})", kMembers)->at("count")),
            9223372036854775807);
}

}  // namespace
}  // namespace inkwell::gateway
