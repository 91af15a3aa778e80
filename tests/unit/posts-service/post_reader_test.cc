#include "posts-service/post_reader.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <future>
#include <memory>

#include "posts-service/page_token.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/fake_store.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Result;

constexpr Timestamp kNow{std::chrono::seconds(1'790'000'000)};

Call MakeCall() {
  return {{}, "test", runtime::DeadlineAfter(std::chrono::seconds(30)), [] { return false; }};
}

class PostReaderTest : public ::testing::Test {
 protected:
  PostReaderTest() {
    const auto soon = runtime::DeadlineAfter(std::chrono::seconds(1));
    EXPECT_TRUE(*store_.ApplyChanges({}, {{{"user_a", false, false, kNow}}, "c", true}, soon));
    for (int i = 0; i < 3; ++i) {
      const PostId id = PostId::Make(kNow + std::chrono::minutes(i));
      const NewPost post{{"user_a", id, "Title " + std::to_string(i), {}, false, id.time()}, {}, kNow};
      EXPECT_THAT(store_.Create(std::span(&post, 1), soon), IsOk());
      ids_.push_back(id);
    }
  }

  // Posts of 400 KB, newer than the others.
  void WriteLong(int count) {
    const std::string long_content(400'000, 'x');
    for (int i = 10; i < 10 + count; ++i) {
      const PostId id = PostId::Make(kNow + std::chrono::minutes(i));
      const NewPost post{{"user_a", id, "Long", long_content, false, id.time()}, {}, kNow};
      ASSERT_THAT(store_.Create(std::span(&post, 1), runtime::DeadlineAfter(std::chrono::seconds(1))), IsOk());
    }
  }
  Result<PostPage> List(int limit, const std::string& query = "") {
    std::promise<Result<PostPage>> answered;
    reader_.List(MakeCall(), {"user_a", PostId::Last(), limit, query},
                 [&](Result<PostPage> page) { answered.set_value(std::move(page)); });
    return answered.get_future().get();
  }

  FakeStore store_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  PostReader reader_{store_, metrics_, {}};
  std::vector<PostId> ids_;
};

TEST_F(PostReaderTest, AFullPageHasATokenOnlyIfMoreFollows) {
  const auto part = List(2);
  ASSERT_THAT(part, IsOk());
  EXPECT_EQ(part->posts.size(), 2u);
  EXPECT_EQ(ParsePageToken(part->next_page_token, "user_a", ""), ids_[1]);
  const auto whole = List(3);
  EXPECT_EQ(whole->posts.size(), 3u);
  EXPECT_EQ(whole->next_page_token, "");
}

TEST_F(PostReaderTest, APageOfLongPostsEndsWhereAMessageWould) {
  WriteLong(20);
  const auto page = List(20);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->posts.size(), 7U);
  EXPECT_EQ(ParsePageToken(page->next_page_token, "user_a", ""), page->posts.back().id);
}

TEST_F(PostReaderTest, AListTooHeavyToBeReadWithOthersIsReadAlone) {
  WriteLong(20);
  const auto page = List(100);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->posts.size(), 7U);
  EXPECT_EQ(ParsePageToken(page->next_page_token, "user_a", ""), page->posts.back().id);
  EXPECT_EQ(store_.CountOf("ListAlone"), 1U);
}

TEST_F(PostReaderTest, LightListsDoNotWaitForHeavyOnes) {
  WriteLong(20);
  std::promise<void> released;
  const std::shared_future<void> release = released.get_future().share();
  store_.before = [release](const std::string& operation, std::size_t) -> Result<void> {
    if (operation == "ListAlone") release.wait();
    return {};
  };
  constexpr std::size_t kHeavy = 10;
  std::vector<std::promise<Result<PostPage>>> heavy(kHeavy);
  for (auto& answered : heavy) {
    reader_.List(MakeCall(), {"user_a", PostId::Last(), 100, ""},
                 [&](Result<PostPage> page) { answered.set_value(std::move(page)); });
  }
  std::promise<Result<PostPage>> light;
  reader_.List(MakeCall(), {"user_a", ids_[2], 3, ""}, [&](Result<PostPage> page) { light.set_value(std::move(page)); });
  EXPECT_EQ(light.get_future().get()->posts.size(), 2U);
  released.set_value();
  for (auto& answered : heavy) EXPECT_THAT(answered.get_future().get(), IsOk());
}

TEST_F(PostReaderTest, ATextIsSearchedApart) {
  const auto page = List(1, "title");
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(ParsePageToken(page->next_page_token, "user_a", "title"), ids_[2]);
  EXPECT_EQ(store_.CountOf("Search"), 1u);
  EXPECT_EQ(store_.CountOf("List"), 0u);
}

TEST_F(PostReaderTest, AnotherAuthorsSearchIsAnsweredWhileOneHasManyWaiting) {
  std::promise<void> released;
  const std::shared_future<void> release = released.get_future().share();
  store_.before_search = [release](const PostQuery& query) {
    if (query.author_id == "user_a") release.wait();
  };
  constexpr std::size_t kSearches = 15;
  std::vector<std::promise<Result<PostPage>>> typed(kSearches);
  for (auto& answered : typed) {
    reader_.List(MakeCall(), {"user_a", PostId::Last(), 10, "title"},
                 [&](Result<PostPage> page) { answered.set_value(std::move(page)); });
  }
  std::promise<Result<PostPage>> answered;
  reader_.List(MakeCall(), {"user_b", PostId::Last(), 10, "title"},
               [&](Result<PostPage> page) { answered.set_value(std::move(page)); });
  auto others = answered.get_future();
  EXPECT_EQ(others.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  released.set_value();
  EXPECT_THAT(others.get(), IsOk());
  for (auto& one : typed) EXPECT_EQ(one.get_future().get()->posts.size(), 3U);
}

TEST_F(PostReaderTest, APostThatIsNotThereIsNotFound) {
  std::promise<Result<Post>> missing;
  reader_.Get(MakeCall(), {"user_a", PostId::Make(kNow)}, [&](Result<Post> post) { missing.set_value(std::move(post)); });
  EXPECT_THAT(missing.get_future().get(), FailsWith(Code::kNotFound, "POST_NOT_FOUND"));
  std::promise<Result<Post>> there;
  reader_.Get(MakeCall(), {"user_a", ids_[0]}, [&](Result<Post> post) { there.set_value(std::move(post)); });
  EXPECT_EQ(there.get_future().get()->title, "Title 0");
}

TEST_F(PostReaderTest, AnErrorOfTheDatabaseReachesEachCallerWithoutItsText) {
  store_.before = [](const std::string&, std::size_t) -> Result<void> {
    return runtime::Fail(Code::kInternal, "INTERNAL", "relation posts does not exist", {{"sqlstate", "42P01"}});
  };
  const auto page = List(1);
  EXPECT_THAT(page, FailsWith(Code::kInternal, "INTERNAL"));
  EXPECT_EQ(page.error().message.find("relation"), std::string::npos);
  EXPECT_TRUE(page.error().metadata.empty());
}

}  // namespace
}  // namespace inkwell::posts
