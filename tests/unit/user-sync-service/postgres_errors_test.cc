#include "user-sync-service/postgres_errors.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Error;

// What callers get for each code of the database runtime.
TEST(PostgresErrors, HaveOneOfTheServicesReasons) {
  const std::map<Code, std::string> told{
      {Code::kUnavailable, "DATABASE_UNAVAILABLE"},
      {Code::kAborted, "DATABASE_UNAVAILABLE"},
      {Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"},
      {Code::kInvalidArgument, "INVALID_FIELD"},
  };
  for (int number = 1; number <= 16; ++number) {
    const auto code = static_cast<Code>(number);
    const Error error = ToUsersError({code, "OF_THE_DATABASE", "Driver text.", {}});
    const auto expected = told.find(code);
    EXPECT_EQ(error.reason, expected == told.end() ? "INTERNAL" : expected->second) << number;
    EXPECT_EQ(error.message.find("Driver"), std::string::npos) << number;
  }
}

TEST(PostgresErrors, KeepWhatTheLogNeedsOfADefectAlone) {
  const std::map<std::string, std::string> details{{"sqlstate", "23514"}, {"constraint", "users_state"}};
  EXPECT_EQ(ToUsersError({Code::kFailedPrecondition, "CHECK_VIOLATION", "", details}).metadata, details);
  EXPECT_TRUE(ToUsersError({Code::kUnavailable, "ADMIN_SHUTDOWN", "", {{"sqlstate", "57P01"}}}).metadata.empty());
}

}  // namespace
}  // namespace inkwell::users
