#include "request/path_pattern.h"

#include <gtest/gtest.h>

namespace clerk::request {
namespace {

using Names = PathPattern::Names;

std::optional<Names> Match(std::string_view pattern, std::string_view path) {
  return PathPattern::Parse(pattern).value().Match(path);
}

TEST(PathPattern, TakesOneSegmentForAName) {
  EXPECT_EQ(Match("/orgs/:slug", "/orgs/acme"), (Names{{"slug", "acme"}}));
  EXPECT_EQ(Match("/orgs/:slug", "/orgs/acme/x"), std::nullopt);
  EXPECT_EQ(Match("/orgs/:slug", "/orgs/"), std::nullopt);
  EXPECT_EQ(Match("/orgs/:slug-x", "/orgs/a-b-x"), (Names{{"slug", "a-b"}}));
}

TEST(PathPattern, TakesAnyRestForDotStar) {
  EXPECT_EQ(Match("/orgs/:slug/(.*)", "/orgs/acme/a/b"), (Names{{"slug", "acme"}}));
  EXPECT_EQ(Match("/orgs/:slug/(.*)", "/orgs/acme"), std::nullopt);
  EXPECT_EQ(Match("/me/(.*)", "/me/"), Names());
}

TEST(PathPattern, ANameBeforeDotStarTakesTheRest) {
  EXPECT_EQ(Match("/orgs/:slug(.*)", "/orgs/acme"), (Names{{"slug", "acme"}}));
  EXPECT_EQ(Match("/orgs/:slug(.*)", "/orgs/acme/x"), (Names{{"slug", "acme/x"}}));
  EXPECT_EQ(Match("/orgs/:slug(.*)/x", "/orgs/acme/x"), (Names{{"slug", "acme"}}));
  EXPECT_EQ(Match("/orgs/:slug(.*)(.*)", "/orgs/acme"), (Names{{"slug", "acme"}}));
  EXPECT_EQ(Match("/orgs/:slug(.*)", "/orgs/"), (Names{{"slug", ""}}));
}

TEST(PathPattern, IgnoresCaseAndASlashAtTheEnd) {
  EXPECT_EQ(Match("/orgs/:slug", "/ORGS/Acme/"), (Names{{"slug", "Acme"}}));
  EXPECT_EQ(Match("/me", "/me//"), std::nullopt);
}

TEST(PathPattern, RefusesSyntaxThatItWouldReadDifferently) {
  for (const char* text : {"/a/:b?", "/a/:b+", "/a/{b}", "/a/(\\d+)", "/a/:b(\\d+)", "/a/:b(.*)?", "/a/:", "/a*", "/a\\:b"}) {
    EXPECT_FALSE(PathPattern::Parse(text)) << text;
  }
}

}  // namespace
}  // namespace clerk::request
