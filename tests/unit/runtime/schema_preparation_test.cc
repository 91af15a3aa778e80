#include "runtime_db/schema_preparation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <future>
#include <sstream>
#include <string>
#include <vector>

namespace inkwell::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(SchemaPreparationTest, SaysEachNewReasonToWaitOnceAndWhatToDo) {
  const Error away{Code::kUnavailable, "DATABASE_UNAVAILABLE", "Away.", {}};
  const std::vector<Error> answers{away, away, {Code::kFailedPrecondition, "MIGRATION_PENDING", "Run the owner.", {}}};
  std::size_t asked = 0;
  std::promise<void> all_asked;
  ::testing::internal::CaptureStderr();
  {
    const SchemaPreparation preparation(
        [&](Deadline) -> Result<void> {
          const Error& answer = answers[asked];
          if (++asked == answers.size()) all_asked.set_value();
          return tl::unexpected<Error>(answer);
        },
        [] { ADD_FAILURE(); }, [] { ADD_FAILURE(); });
    all_asked.get_future().wait();
  }
  EXPECT_THAT(Lines(::testing::internal::GetCapturedStderr()),
              ElementsAre(HasSubstr("DATABASE_UNAVAILABLE"), HasSubstr("MIGRATION_PENDING detail=\"Run the owner.\"")));
}

TEST(SchemaPreparationTest, GivesUpAtOnceForAReasonThatDoesNotPass) {
  std::promise<void> failed;
  ::testing::internal::CaptureStderr();
  const SchemaPreparation preparation(
      [](Deadline) -> Result<void> { return Fail(Code::kFailedPrecondition, "MIGRATION_CHANGED", "Changed."); },
      [] { ADD_FAILURE(); }, [&] { failed.set_value(); });
  failed.get_future().wait();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("MIGRATION_CHANGED detail=Changed."));
}

}  // namespace
}  // namespace inkwell::runtime
