#include "gateway/handlers/post_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "inkwell/posts/v1/posts.pb.h"

namespace inkwell::gateway {
namespace {

posts::v1::Post SomePost() {
  posts::v1::Post post;
  post.set_id("0190a1b2-0000-7000-8000-000000000001");
  post.set_author_id("user_2abc");
  post.set_title("A title");
  post.set_content("Words");
  post.set_published(true);
  post.mutable_create_time()->set_seconds(1'767'225'600);
  post.mutable_create_time()->set_nanos(7'000'000);
  post.mutable_update_time()->set_seconds(1'767'312'599);
  post.mutable_update_time()->set_nanos(999'999'999);
  post.set_etag("e1");
  return post;
}

TEST(RenderPost, HasTheMembersOfTheApiInOrder) {
  EXPECT_EQ(RenderPost(SomePost()),
            R"({"id":"0190a1b2-0000-7000-8000-000000000001","title":"A title","content":"Words","published":true,)"
            R"("authorId":"user_2abc","createdAt":"2026-01-01T00:00:00.007Z","updatedAt":"2026-01-02T00:09:59.999Z"})");
}

TEST(RenderPost, TellsAbsentContentFromEmpty) {
  posts::v1::Post post = SomePost();
  post.set_content("");
  EXPECT_NE(RenderPost(post).find(R"("content":"")"), std::string::npos);
  post.clear_content();
  EXPECT_NE(RenderPost(post).find(R"("content":null)"), std::string::npos);
}

TEST(RenderPost, EscapesSoThatAnyTextComesBack) {
  std::string text = "\"quoted\" \\ / \b\f\n\r\t \x7f é 😀 \u2028 </script>";
  for (char c = 1; c < 0x20; ++c) text += c;
  posts::v1::Post post = SomePost();
  post.set_title(text);
  post.set_content(std::string(5000, 'x') + text);
  const auto parsed = nlohmann::json::parse(RenderPost(post));
  EXPECT_EQ(parsed["title"], text);
  EXPECT_EQ(parsed["content"], std::string(5000, 'x') + text);
}

TEST(RenderPost, WritesTimesBeforeTheEpoch) {
  posts::v1::Post post = SomePost();
  post.mutable_create_time()->set_seconds(-1);
  post.mutable_create_time()->set_nanos(500'000'000);
  EXPECT_NE(RenderPost(post).find(R"("createdAt":"1969-12-31T23:59:59.500Z")"), std::string::npos);
}

TEST(RenderPostList, IsAnEmptyListWithoutPosts) {
  EXPECT_EQ(RenderPostList(posts::v1::ListPostsResponse()), R"({"posts":[],"nextCursor":null})");
}

TEST(RenderPostList, KeepsTheOrderAndHandsTheCursorOn) {
  posts::v1::ListPostsResponse page;
  for (const char* title : {"first", "second", "third"}) {
    *page.add_posts() = SomePost();
    page.mutable_posts(page.posts_size() - 1)->set_title(title);
  }
  page.set_next_page_token("next\"");
  const auto parsed = nlohmann::json::parse(RenderPostList(page));
  ASSERT_EQ(parsed["posts"].size(), 3U);
  EXPECT_EQ(parsed["posts"][0]["title"], "first");
  EXPECT_EQ(parsed["posts"][2]["title"], "third");
  EXPECT_EQ(parsed["nextCursor"], "next\"");
}

}  // namespace
}  // namespace inkwell::gateway
