#include "posts-service/post_id.h"

#include <gtest/gtest.h>

#include "posts-service/post.h"

namespace inkwell::posts {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr Timestamp kNow{microseconds(1'790'000'000'123'456)};

TEST(PostId, ReadsTheExampleOfRfc9562) {
  // Appendix A.6: 2022-02-22 19:22:22.000 UTC.
  const auto id = PostId::Parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F");
  ASSERT_TRUE(id.has_value());
  EXPECT_TRUE(id->IsVersion7());
  EXPECT_EQ(id->time(), Timestamp(milliseconds(1'645'557'742'000)));
  EXPECT_EQ(id->ToString(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(PostId, RefusesWhatIsNoUuid) {
  for (const char* text : {"", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
                           "017f22e279b0-7cc3-98c4-dc0c0c07398ff", "g17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
                           "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}", "017f22e2_79b0_7cc3_98c4_dc0c0c07398f"}) {
    EXPECT_FALSE(PostId::Parse(text).has_value()) << text;
  }
}

TEST(PostId, TellsOtherVersionsAndVariants) {
  EXPECT_FALSE(PostId::Parse("017f22e2-79b0-4cc3-98c4-dc0c0c07398f")->IsVersion7());
  EXPECT_FALSE(PostId::Parse("017f22e2-79b0-7cc3-c8c4-dc0c0c07398f")->IsVersion7());
}

TEST(PostId, MakesVersion7WithTheTimeToTheMillisecond) {
  const PostId id = PostId::Make(kNow);
  EXPECT_TRUE(id.IsVersion7());
  EXPECT_EQ(id.time(), std::chrono::floor<milliseconds>(kNow));
  EXPECT_EQ(PostId::Parse(id.ToString()), id);
  EXPECT_NE(PostId::Make(kNow), id);
  EXPECT_LT(id, PostId::Last());
}

TEST(PostId, LaterIdsAreGreaterAlsoWithinAMillisecond) {
  for (int i = 0; i < 999; ++i) {
    const Timestamp start{milliseconds(1'790'000'000'000)};
    EXPECT_LT(PostId::Make(start + microseconds(i)), PostId::Make(start + microseconds(i + 1)));
  }
}

TEST(Etag, NamesTheVersionAndNothingElse) {
  EXPECT_EQ(ParseEtag(MakeEtag(kNow)), kNow);
  EXPECT_NE(MakeEtag(kNow), MakeEtag(kNow + microseconds(1)));
  for (const char* text : {"*", "\"abc\"", "-1", "zzzzzzzzzzzzzzzzzzzzzzz", "abc "}) {
    EXPECT_LT(ParseEtag(text), Timestamp(microseconds(0))) << text;
  }
}

}  // namespace
}  // namespace inkwell::posts
