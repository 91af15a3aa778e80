#include <gtest/gtest.h>

#include "runtime_db/database.h"

namespace inkwell::runtime {
namespace {

TEST(Rows, KeepsNullsAndEmptyTextsApart) {
  Rows rows(3);
  for (const std::optional<std::string_view>& cell :
       {std::optional<std::string_view>("a"), std::optional<std::string_view>(), std::optional<std::string_view>(""),
        std::optional<std::string_view>("12"), std::optional<std::string_view>("t"), std::optional<std::string_view>("-9")}) {
    rows.Append(cell);
  }
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.Text(0, 0), "a");
  EXPECT_TRUE(rows.IsNull(0, 1));
  EXPECT_EQ(rows.OptionalText(0, 1), std::nullopt);
  EXPECT_EQ(rows.OptionalText(0, 2), "");
  EXPECT_EQ(rows.Integer(1, 0), 12);
  EXPECT_TRUE(rows.Bool(1, 1));
  EXPECT_EQ(rows.Integer(1, 2), -9);
}

TEST(Rows, WithoutColumnsHasNoRows) {
  Rows rows(0);
  rows.SetAffected(7);
  EXPECT_EQ(rows.size(), 0U);
  EXPECT_TRUE(rows.empty());
  EXPECT_EQ(rows.affected(), 7);
}

TEST(Parameter, QuotesArrayElements) {
  EXPECT_EQ(Parameter::TextArray(std::vector<std::optional<std::string>>{"a", std::nullopt, "NULL", "\"\\", ""}).value(),
            R"({"a",NULL,"NULL","\"\\",""})");
  EXPECT_EQ(Parameter::TextArray(std::vector<std::string>{}).value(), "{}");
  EXPECT_EQ(Parameter::TextArray(std::vector<std::string_view>{"x,y", "{}"}).value(), R"({"x,y","{}"})");
  EXPECT_EQ(Parameter::IntegerArray({1, -2}).value(), "{1,-2}");
  EXPECT_EQ(Parameter::BoolArray({true, false}).value(), "{t,f}");
}

TEST(Parameter, WritesScalarsAsPostgresReadsThem) {
  EXPECT_EQ(Parameter(true).value(), "t");
  EXPECT_EQ(Parameter(std::int64_t{-7}).value(), "-7");
  EXPECT_EQ(Parameter(std::nullopt).value(), std::nullopt);
  EXPECT_EQ(Parameter("").value(), "");
}

}  // namespace
}  // namespace inkwell::runtime
