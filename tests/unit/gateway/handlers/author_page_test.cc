#include "gateway/handlers/author_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gateway/handlers/markup_text.h"
#include "inkwell/posts/v1/posts.pb.h"
#include "inkwell/users/v1/users.pb.h"

namespace inkwell::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Escaped(std::string_view text) {
  std::string out;
  AppendMarkupText(out, text);
  return out;
}

TEST(MarkupText, StaysTextWhateverItHolds) {
  EXPECT_EQ(Escaped("<script>alert('a' & \"b\")</script>"),
            "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;");
  EXPECT_EQ(Escaped("]]>"), "]]&gt;");
  EXPECT_EQ(Escaped("Grüße 漢字 😀\n\tnext"), "Grüße 漢字 😀\n\tnext");
  EXPECT_EQ(Escaped("a\r\nb"), "a&#13;\nb");
}

TEST(MarkupText, ReplacesWhatXmlCannotHold) {
  for (const char* text : {"\x01", "\x1b", "\x7f", "\xC2\x80", "\xC2\x9F", "\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    EXPECT_EQ(Escaped(text), "\xEF\xBF\xBD");
  }
  EXPECT_EQ(Escaped("\xC2\xA0"), "\xC2\xA0");
}

class AuthorPageTest : public ::testing::Test {
 protected:
  AuthorPageTest() {
    author.set_user_id("user_2abc");
    author.set_first_name("Ada <b>");
    author.set_last_name("Lovelace");
    author.set_email("ada@example.com");
    author.mutable_update_time()->set_seconds(1'767'225'600);
    posts::v1::Post& post = *posts.add_posts();
    post.set_id("0190a1b2-0000-7000-8000-000000000001");
    post.set_title("A & B");
    post.set_content("one\n<i>two</i>");
    post.set_published(true);
    post.mutable_create_time()->set_seconds(1'767'225'600);
    post.mutable_update_time()->set_seconds(1'767'312'000);
  }

  [[nodiscard]] std::string Html(std::string_view cursor = {}, int limit = 20) const {
    return RenderAuthorPage({author, posts, "https://inkwell.example", cursor, limit});
  }
  [[nodiscard]] std::string Feed(std::string_view cursor = {}, int limit = 20) const {
    return RenderAtomFeed({author, posts, "https://inkwell.example", cursor, limit});
  }

  users::v1::User author;
  posts::v1::ListPublishedPostsResponse posts;
};

TEST_F(AuthorPageTest, ShowsPostsAsTextWithoutAnyScript) {
  const std::string html = Html();
  EXPECT_THAT(html, HasSubstr("<h1 class=\"page-title\">Ada &lt;b&gt; Lovelace</h1>"));
  EXPECT_THAT(html, HasSubstr("<h2 class=\"post-title\">A &amp; B</h2>"));
  EXPECT_THAT(html, HasSubstr("<p class=\"post-content\">one\n&lt;i&gt;two&lt;/i&gt;</p>"));
  EXPECT_THAT(html, HasSubstr("<time datetime=\"2026-01-01T00:00:00.000Z\">1 January 2026</time>"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("ada@example.com")));
}

TEST_F(AuthorPageTest, LinksToOlderPostsOnlyWhereThereAreSome) {
  EXPECT_THAT(Html(), Not(HasSubstr("?cursor=")));
  EXPECT_THAT(Html(), Not(HasSubstr("Newest posts")));
  posts.set_next_page_token("abc-_");
  EXPECT_THAT(Html(), HasSubstr("href=\"/u/user_2abc?cursor=abc-_\""));
  EXPECT_THAT(Html("xyz"), HasSubstr("<a class=\"button\" href=\"/u/user_2abc\">Newest posts</a>"));
}

TEST_F(AuthorPageTest, LinksToPagesOfTheSameLength) {
  posts.set_next_page_token("abc");
  EXPECT_THAT(Html("xyz", 5), HasSubstr("href=\"/u/user_2abc?limit=5&amp;cursor=abc\""));
  EXPECT_THAT(Html("xyz", 5), HasSubstr("href=\"/u/user_2abc?limit=5\">Newest posts"));
  const std::string feed = Feed("xyz", 5);
  EXPECT_THAT(feed, HasSubstr("rel=\"self\" type=\"application/atom+xml\" href="
                              "\"https://inkwell.example/u/user_2abc/feed.atom?limit=5&amp;cursor=xyz\""));
  EXPECT_THAT(feed, HasSubstr("href=\"https://inkwell.example/u/user_2abc/feed.atom?limit=5&amp;cursor=abc\""));
  EXPECT_THAT(feed, HasSubstr("<id>https://inkwell.example/u/user_2abc/feed.atom</id>"));
}

TEST_F(AuthorPageTest, SaysWhenNothingIsPublished) {
  posts.clear_posts();
  EXPECT_THAT(Html(), HasSubstr("Nothing is published here yet."));
  EXPECT_THAT(Feed(), HasSubstr("<updated>2026-01-01T00:00:00.000Z</updated>"));
}

TEST_F(AuthorPageTest, CallsAnAuthorByNameThenUsernameThenNothing) {
  EXPECT_EQ(PublicName(author), "Ada <b> Lovelace");
  author.clear_first_name();
  EXPECT_EQ(PublicName(author), "Lovelace");
  author.clear_last_name();
  author.set_username("ada");
  EXPECT_EQ(PublicName(author), "ada");
  author.clear_username();
  EXPECT_EQ(PublicName(author), "An author");
}

TEST_F(AuthorPageTest, TheFeedHasAbsoluteAddressesAndWhatAtomDemands) {
  posts.set_next_page_token("abc");
  const std::string feed = Feed();
  EXPECT_THAT(feed, HasSubstr("<feed xmlns=\"http://www.w3.org/2005/Atom\">"));
  EXPECT_THAT(feed, HasSubstr("<id>https://inkwell.example/u/user_2abc/feed.atom</id>"));
  EXPECT_THAT(feed, HasSubstr("<author><name>Ada &lt;b&gt; Lovelace</name></author>"));
  EXPECT_THAT(feed, HasSubstr("<updated>2026-01-02T00:00:00.000Z</updated>\n  <author>"));
  EXPECT_THAT(feed,
              HasSubstr("rel=\"self\" type=\"application/atom+xml\" href=\"https://inkwell.example/u/user_2abc/feed.atom\"/>"));
  EXPECT_THAT(
      feed,
      HasSubstr("rel=\"next\" type=\"application/atom+xml\" href=\"https://inkwell.example/u/user_2abc/feed.atom?cursor=abc\""));
  EXPECT_THAT(feed, HasSubstr("<id>urn:uuid:0190a1b2-0000-7000-8000-000000000001</id>"));
  EXPECT_THAT(feed, HasSubstr("<content type=\"text\">one\n&lt;i&gt;two&lt;/i&gt;</content>"));
  EXPECT_THAT(feed, HasSubstr("href=\"https://inkwell.example/u/user_2abc#0190a1b2-0000-7000-8000-000000000001\""));
  EXPECT_THAT(feed, Not(HasSubstr("ada@example.com")));
}

}  // namespace
}  // namespace inkwell::gateway
