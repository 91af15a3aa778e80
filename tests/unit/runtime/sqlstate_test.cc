#include "sqlstate.h"

#include <gtest/gtest.h>

#include <string>

namespace inkwell::runtime {
namespace {

struct Case {
  const char* sqlstate;
  Code code;
  const char* reason;
  bool ends_connection;
};

class SqlStateTest : public ::testing::TestWithParam<Case> {};

TEST_P(SqlStateTest, BecomesAnErrorThatACallerCanActOn) {
  const Error error = ErrorFromSqlState(GetParam().sqlstate, "");
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.reason, GetParam().reason);
  EXPECT_FALSE(error.message.empty());
  EXPECT_EQ(EndsConnection(GetParam().sqlstate), GetParam().ends_connection);
}

constexpr Case kCases[] = {
    {"", Code::kUnavailable, "DATABASE_UNAVAILABLE", true},
    {"     ", Code::kUnavailable, "DATABASE_UNAVAILABLE", true},
    {"08006", Code::kUnavailable, "DATABASE_UNAVAILABLE", true},
    {"57P01", Code::kUnavailable, "DATABASE_UNAVAILABLE", true},
    {"57P02", Code::kUnavailable, "DATABASE_UNAVAILABLE", true},
    {"57P03", Code::kUnavailable, "DATABASE_UNAVAILABLE", true},
    {"53300", Code::kUnavailable, "DATABASE_UNAVAILABLE", false},
    {"53100", Code::kUnavailable, "DATABASE_UNAVAILABLE", false},
    {"25006", Code::kUnavailable, "DATABASE_UNAVAILABLE", true},
    {"57014", Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", false},
    {"55P03", Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", false},
    {"25P03", Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", true},
    {"40001", Code::kAborted, "SERIALIZATION_FAILURE", false},
    {"40P01", Code::kAborted, "SERIALIZATION_FAILURE", false},
    {"23503", Code::kFailedPrecondition, "FOREIGN_KEY_VIOLATION", false},
    {"23505", Code::kAlreadyExists, "UNIQUE_VIOLATION", false},
    {"23514", Code::kInvalidArgument, "CHECK_VIOLATION", false},
    {"23502", Code::kInvalidArgument, "CHECK_VIOLATION", false},
    {"22021", Code::kInvalidArgument, "INVALID_TEXT", false},
    {"22P02", Code::kInvalidArgument, "INVALID_TEXT", false},
    {"22001", Code::kInvalidArgument, "INVALID_TEXT", false},
    {"42P01", Code::kInternal, "INTERNAL", false},
    {"0A000", Code::kInternal, "INTERNAL", true},
    {"26000", Code::kInternal, "INTERNAL", true},
    {"XX000", Code::kInternal, "INTERNAL", false},
};

INSTANTIATE_TEST_SUITE_P(All, SqlStateTest, ::testing::ValuesIn(kCases), [](const auto& test) {
  const std::string state = test.param.sqlstate;
  return state.find_first_not_of(' ') == std::string::npos ? "Blank" + std::to_string(state.size()) : "State" + state;
});

TEST(SqlState, GoesIntoTheMetadataWithTheConstraint) {
  const Error error = ErrorFromSqlState("23505", "posts_pkey");
  EXPECT_EQ(error.metadata, (std::map<std::string, std::string>{{"sqlstate", "23505"}, {"constraint", "posts_pkey"}}));
  EXPECT_TRUE(ErrorFromSqlState("", "").metadata.empty());
}

}  // namespace
}  // namespace inkwell::runtime
