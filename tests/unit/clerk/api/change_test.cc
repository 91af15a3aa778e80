#include "clerk/api/change.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <type_traits>

namespace clerk {
namespace {

using Text = Change<std::string>;

TEST(ChangeTest, LeavesAloneByDefault) {
  EXPECT_FALSE(Text().is_given());
  EXPECT_EQ(Text().value(), nullptr);
}

TEST(ChangeTest, SetsWhatIsAssigned) {
  Text change;
  change = "Ada";
  ASSERT_NE(change.value(), nullptr);
  EXPECT_EQ(*change.value(), "Ada");
  change = "";
  ASSERT_NE(change.value(), nullptr);
  EXPECT_EQ(*change.value(), "");
}

TEST(ChangeTest, ClearsWithNull) {
  Text change = "Ada";
  change = kNull;
  EXPECT_TRUE(change.is_given());
  EXPECT_EQ(change.value(), nullptr);
}

// What could mean "clear" as well as "leave alone" does not compile.
static_assert(!std::is_assignable_v<Text&, std::nullopt_t>);
static_assert(!std::is_assignable_v<Text&, std::optional<std::string>>);
static_assert(!std::is_assignable_v<Text&, std::nullptr_t>);

}  // namespace
}  // namespace clerk
