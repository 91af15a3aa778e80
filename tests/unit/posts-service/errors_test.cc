#include "posts-service/errors.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace inkwell::posts {
namespace {

using runtime::Code;
using runtime::Error;

// What callers get for each code of the database runtime: one of the service's reasons, and no word of the driver's.
TEST(Errors, OfTheDatabaseHaveOneOfTheServicesReasons) {
  const std::map<Code, std::string> told{
      {Code::kUnavailable, "DATABASE_UNAVAILABLE"},
      {Code::kAborted, "DATABASE_UNAVAILABLE"},
      {Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"},
  };
  for (int number = 1; number <= 16; ++number) {
    const auto code = static_cast<Code>(number);
    const Error error = FromDatabase({code, "OF_THE_DATABASE", "Driver text.", {{"sqlstate", "23514"}}}, "request");
    const auto expected = told.find(code);
    EXPECT_EQ(error.reason, expected == told.end() ? "INTERNAL" : expected->second) << number;
    EXPECT_EQ(error.message.find("Driver"), std::string::npos) << number;
    EXPECT_TRUE(error.metadata.empty()) << number;
  }
}

}  // namespace
}  // namespace inkwell::posts
