#include "clerk/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace clerk {
namespace {

TEST(ResultTest, HoldsAValueOrAnError) {
  Result<std::string> good = std::string("x");
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, "x");
  EXPECT_EQ(good->size(), 1U);
  const Result<std::string> bad = Error{ErrorReason::kTokenExpired, "late"};
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "late");
}

TEST(ResultTest, CarriesValuesThatOnlyMove) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> value = *std::move(result);
  EXPECT_EQ(*value, 7);
}

TEST(ResultTest, SuccessNeedsNoValue) {
  EXPECT_TRUE(Result<void>());
  const Result<void> bad = Error{ErrorReason::kTokenInvalid, ""};
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().reason, ErrorReason::kTokenInvalid);
}

TEST(ResultDeathTest, ReadingTheWrongSideEndsTheProcess) {
  const Result<int> bad = Error{ErrorReason::kTokenInvalid, ""};
  EXPECT_DEATH((void)bad.value(), "");
}

TEST(ErrorReasonTest, EveryReasonHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  const auto last = static_cast<int>(ErrorReason::kConfigurationInvalid);
  for (int i = 0; i <= last; ++i) words.insert(ToString(static_cast<ErrorReason>(i)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(words.contains("unexpected-error"));
}

}  // namespace
}  // namespace clerk
