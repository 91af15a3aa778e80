#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/posts-service/service_under_test.h"
#include "tests/support/eventually.h"
#include "tests/support/status_matchers.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::Eventually;
using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;

std::vector<std::string> Titles(const v1::ListPostsResponse& page) {
  std::vector<std::string> titles;
  for (const v1::Post& post : page.posts()) titles.push_back(post.title());
  return titles;
}

TEST(PostsService, WritesReadsChangesAndDeletesAPost) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  const auto created = service.Create("user_a", "Title", {.content = "Content"});
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->author_id(), "user_a");
  EXPECT_EQ(created->content(), "Content");
  EXPECT_EQ(created->create_time().seconds(), created->update_time().seconds());

  const auto read = service.Get("user_a", created->id());
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->SerializeAsString(), created->SerializeAsString());

  const auto renamed = service.Rename("user_a", created->id(), "Other", created->etag());
  ASSERT_THAT(renamed, IsOk());
  EXPECT_EQ(renamed->title(), "Other");
  EXPECT_EQ(renamed->content(), "Content");
  EXPECT_NE(renamed->etag(), created->etag());
  EXPECT_THAT(service.Rename("user_a", created->id(), "Late", created->etag()),
              FailsWith(Code::kFailedPrecondition, "ETAG_MISMATCH"));
  EXPECT_THAT(service.Delete("user_a", created->id(), "no etag"), FailsWith(Code::kFailedPrecondition, "ETAG_MISMATCH"));
  EXPECT_THAT(service.Delete("user_a", created->id()), IsOk());
  EXPECT_THAT(service.Get("user_a", created->id()), FailsWith(Code::kNotFound, "POST_NOT_FOUND"));
}

TEST(PostsService, AnotherUsersPostIsNotFoundAndAnotherUserIsNotAllowed) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  service.users.Know("user_b");
  const auto post = service.Create("user_a", "Mine");
  ASSERT_THAT(post, IsOk());
  EXPECT_THAT(service.Get("user_b", post->id()), FailsWith(Code::kNotFound, "POST_NOT_FOUND"));
  EXPECT_THAT(service.Rename("user_b", post->id(), "Stolen"), FailsWith(Code::kNotFound, "POST_NOT_FOUND"));
  EXPECT_THAT(service.Delete("user_b", post->id()), FailsWith(Code::kNotFound, "POST_NOT_FOUND"));
  EXPECT_THAT(service.Get("user_a", post->id(), "user:user_b"), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(service.Get("user_a", post->id(), "service:gateway"), IsOk());
}

TEST(PostsService, PagesThroughAllPostsNewestFirst) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    ASSERT_THAT(service.Create("user_a", "Post " + std::to_string(i)), IsOk());
    expected.insert(expected.begin(), "Post " + std::to_string(i));
  }
  std::vector<std::string> seen;
  std::string token;
  do {
    const auto page = service.List("user_a", 10, token);
    ASSERT_THAT(page, IsOk());
    for (const std::string& title : Titles(*page)) seen.push_back(title);
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(service.List("user_a")->posts_size(), 20);
  EXPECT_THAT(service.List("user_nobody")->posts(), ::testing::IsEmpty());
  EXPECT_THAT(service.List("user_a", 10, "no token"), FailsWith(Code::kInvalidArgument, "INVALID_PAGE_TOKEN"));
}

TEST(PostsService, SearchesWhateverTheCaseAlsoBeyondAscii) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  ASSERT_THAT(service.Create("user_a", "ÄPFEL und Birnen"), IsOk());
  ASSERT_THAT(service.Create("user_a", "Nichts", {.content = "Привет, МИР"}), IsOk());
  EXPECT_THAT(Titles(*service.List("user_a", 0, "", "äpfel")), ::testing::ElementsAre("ÄPFEL und Birnen"));
  EXPECT_THAT(Titles(*service.List("user_a", 0, "", "мир")), ::testing::ElementsAre("Nichts"));
  EXPECT_THAT(Titles(*service.List("user_a", 0, "", "Pflaume")), ::testing::IsEmpty());
}

TEST(PostsService, ManyPostsOfANewUserAtOnceAskOnce) {
  ServiceUnderTest service;
  service.users.Know("user_new");
  service.users.Hold();
  std::vector<std::future<bool>> created;
  for (int i = 0; i < 50; ++i) {
    created.push_back(std::async(std::launch::async,
                                 [&service, i] { return service.Create("user_new", "Post " + std::to_string(i)).has_value(); }));
  }
  ASSERT_TRUE(Eventually([&] { return service.users.questions() > 0; }));
  EXPECT_EQ(service.Sql("SELECT confirmed::text FROM posts.authors"), "false");  // the row is there before the question
  service.users.Release();
  for (auto& one : created) EXPECT_TRUE(one.get());
  EXPECT_EQ(service.users.questions(), 1);
  EXPECT_EQ(service.Sql("SELECT count(*) FROM posts.posts"), "50");
}

TEST(PostsService, AUserWhomNobodyKnowsIsNotFoundAndLeavesNothing) {
  ServiceUnderTest service;
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(service.Create("user_ghost", "Post"), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  }
  EXPECT_EQ(service.users.questions(), 1);
  EXPECT_EQ(service.Sql("SELECT count(*) FROM posts.authors"), "0");
}

TEST(PostsService, WithoutUserSyncServiceOnlyNewUsersHaveToWait) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  service.users.Know("user_b");
  ASSERT_THAT(service.Create("user_a", "Before"), IsOk());
  service.users.Stop();
  EXPECT_THAT(service.Create("user_a", "Meanwhile"), IsOk());
  EXPECT_THAT(service.Create("user_b", "Too early"), FailsWith(Code::kUnavailable, "USERS_UNAVAILABLE"));
  EXPECT_EQ(service.Sql("SELECT confirmed::text FROM posts.authors WHERE author_id = 'user_b'"), "false");
  service.users.Start();
  service.Follow();
  EXPECT_TRUE(
      Eventually([&] { return service.Sql("SELECT confirmed::text FROM posts.authors WHERE author_id = 'user_b'") == "true"; },
                 std::chrono::seconds(30)));
}

TEST(PostsService, RepeatedCreationsReturnTheSamePost) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  const std::string id = PostId::Make(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())).ToString();
  const auto first = service.Create("user_a", "Post", {.post_id = id});
  ASSERT_THAT(first, IsOk());
  const auto second = service.Create("user_a", "Post", {.post_id = id});
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  EXPECT_THAT(service.Create("user_a", "Other", {.post_id = id}), FailsWith(Code::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED"));

  const auto keyed = service.Create("user_a", "Keyed", {.key = "key"});
  ASSERT_THAT(keyed, IsOk());
  EXPECT_EQ(service.Create("user_a", "Keyed", {.key = "key"})->id(), keyed->id());
  EXPECT_THAT(service.Create("user_a", "Else", {.key = "key"}), FailsWith(Code::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED"));
  ASSERT_THAT(service.Delete("user_a", keyed->id()), IsOk());
  EXPECT_THAT(service.Create("user_a", "Keyed", {.key = "key"}), FailsWith(Code::kNotFound, "POST_NOT_FOUND"));
}

TEST(PostsService, ConcurrentCallsWithOneKeyMakeOnePost) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  std::vector<std::future<std::string>> created;
  for (int i = 0; i < 20; ++i) {
    created.push_back(std::async(std::launch::async, [&service] {
      const auto post = service.Create("user_a", "Post", {.key = "key"});
      return post ? post->id() : post.error().reason;
    }));
  }
  std::set<std::string> ids;
  for (auto& one : created) ids.insert(one.get());
  EXPECT_EQ(ids.size(), 1u) << *ids.rbegin();
  EXPECT_EQ(service.Sql("SELECT count(*) FROM posts.posts"), "1") << "all were answered " << *ids.begin();
}

TEST(PostsService, ABadRowHurtsOnlyItself) {
  ServiceUnderTest service({.workers = 1, .capacity = 100, .max_batch = 64});
  service.users.Know("user_a");
  ASSERT_THAT(service.Create("user_a", "First"), IsOk());
  constexpr int kPosts = 40;
  std::latch answered(kPosts);
  std::atomic<int> written{0};
  std::atomic<int> refused{0};
  for (int i = 0; i < kPosts; ++i) {
    const Timestamp now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const PostId id = PostId::Make(now);
    // Past the rules, so that only the table can refuse it.
    NewPost post{{"user_a", id, i == 7 ? std::string(201, 'x') : "Post", std::nullopt, false, now}, std::nullopt, now};
    service.writer.Create({{}, "test", runtime::DeadlineAfter(std::chrono::seconds(20)), [] { return false; }}, std::move(post),
                          [&](const runtime::Result<Post>& result) {
                            ++(result ? written : refused);
                            answered.count_down();
                          });
  }
  answered.wait();
  EXPECT_EQ(written, kPosts - 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(service.Sql("SELECT count(*) FROM posts.posts"), std::to_string(kPosts));
}

TEST(PostsService, TheStreamMakesBansAndDeletesAuthors) {
  ServiceUnderTest service;
  service.Follow();
  service.users.Change("user_a");
  ASSERT_TRUE(Eventually([&] { return service.Sql("SELECT count(*) FROM posts.authors") == "1"; }));
  const auto post = service.Create("user_a", "Post");
  ASSERT_THAT(post, IsOk());
  EXPECT_EQ(service.users.questions(), 0);

  service.users.Change("user_a", true);
  ASSERT_TRUE(Eventually([&] { return !service.Create("user_a", "Post").has_value(); }));
  EXPECT_THAT(service.Create("user_a", "Post"), FailsWith(Code::kPermissionDenied, "USER_BANNED"));
  EXPECT_THAT(service.Rename("user_a", post->id(), "Post"), FailsWith(Code::kPermissionDenied, "USER_BANNED"));
  EXPECT_THAT(service.Delete("user_a", post->id()), FailsWith(Code::kPermissionDenied, "USER_BANNED"));
  EXPECT_THAT(service.Get("user_a", post->id()), IsOk());

  service.users.Delete("user_a");
  ASSERT_TRUE(Eventually([&] { return service.Sql("SELECT count(*) FROM posts.authors") == "0"; }));
  EXPECT_EQ(service.Sql("SELECT count(*) FROM posts.posts"), "0");
  EXPECT_THAT(service.Create("user_a", "Post"), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
}

TEST(PostsService, NoPostOutlivesAUserWhoPostsWhileBeingDeleted) {
  ServiceUnderTest service;
  service.Follow();
  service.users.Change("user_a");
  service.users.Change("user_b");
  ASSERT_THAT(service.Create("user_a", "First"), IsOk());
  service.Sql(
      "INSERT INTO posts.posts (author_id, id, title, published, updated_at) SELECT 'user_a', "
      "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Old', false, now() FROM generate_series(1, 20000) n");
  std::atomic<bool> stop{false};
  std::atomic<int> created{0};
  std::atomic<int> others_failed{0};
  std::vector<std::jthread> posters;
  for (int i = 0; i < 8; ++i) {
    posters.emplace_back([&] {
      while (!stop) {
        if (service.Create("user_a", "Post")) ++created;
        if (!service.Create("user_b", "Post")) ++others_failed;
      }
    });
  }
  ASSERT_TRUE(Eventually([&] { return created > 100; }, std::chrono::seconds(30)));
  service.users.Delete("user_a");
  EXPECT_TRUE(Eventually([&] { return service.Sql("SELECT count(*) FROM posts.authors WHERE author_id = 'user_a'") == "0"; },
                         std::chrono::seconds(30)));
  EXPECT_THAT(service.Create("user_a", "Too late"), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  stop = true;
  posters.clear();
  EXPECT_EQ(others_failed, 0);
  EXPECT_TRUE(Eventually([&] { return service.Sql("SELECT count(*) FROM posts.authors WHERE author_id = 'user_a'") == "0"; }));
  EXPECT_EQ(service.Sql("SELECT count(*) FROM posts.posts WHERE author_id = 'user_a'"), "0");
}

TEST(PostsService, FollowsOnFromItsCursorAfterARestartOfEither) {
  ServiceUnderTest service;
  service.Follow();
  service.users.Change("user_a");
  ASSERT_TRUE(Eventually([&] { return service.Sql("SELECT cursor FROM posts.user_changes_cursor") == "1:1"; }));
  service.users.Stop();
  service.users.Change("user_b");
  service.users.Start();
  ASSERT_TRUE(Eventually([&] { return service.Sql("SELECT cursor FROM posts.user_changes_cursor") == "1:2"; }));
  service.StopFollowing();
  service.users.Delete("user_a");
  service.Follow();
  ASSERT_TRUE(Eventually([&] { return service.Sql("SELECT cursor FROM posts.user_changes_cursor") == "1:3"; }));
  EXPECT_EQ(service.Sql("SELECT string_agg(author_id, ',') FROM posts.authors"), "user_b");
}

TEST(PostsService, AResyncRemovesOnlyWhoDoesNotExist) {
  ServiceUnderTest service;
  service.Follow();
  for (const char* id : {"user_a", "user_b", "user_c", "user_d"}) service.users.Change(id);
  ASSERT_TRUE(Eventually([&] { return service.Sql("SELECT count(*) FROM posts.authors") == "4"; }));
  for (const char* id : {"user_a", "user_b", "user_c"}) ASSERT_THAT(service.Create(id, "Post"), IsOk());

  service.users.Forget("user_b");  // in the new database there is no trace of this one
  service.users.Replace();
  service.users.Change("user_a");
  ASSERT_TRUE(
      Eventually([&] { return service.Sql("SELECT resync || ' ' || settled FROM posts.user_changes_cursor") == "1 true"; },
                 std::chrono::seconds(30)));
  EXPECT_EQ(service.Sql("SELECT string_agg(author_id, ',' ORDER BY author_id) FROM posts.authors"), "user_a,user_c,user_d");
  EXPECT_EQ(service.Sql("SELECT string_agg(author_id, ',' ORDER BY author_id) FROM posts.posts"), "user_a,user_c");
}

TEST(PostsService, AnswersNobodyWhoDoesNotSayOnWhoseBehalf) {
  ServiceUnderTest service;
  const runtime::Error refused = service.GetAsNobody("user_a", PostId::Make(Timestamp(std::chrono::hours(500'000))).ToString());
  EXPECT_EQ(refused.code, Code::kUnauthenticated);
  EXPECT_EQ(refused.reason, "PRINCIPAL_REQUIRED");
}

TEST(PostsService, SettlesRowsThatACrashLeftUnconfirmed) {
  ServiceUnderTest service;
  service.users.Know("user_real");
  service.Sql("INSERT INTO posts.authors (author_id, confirmed) VALUES ('user_real', false), ('user_ghost', false)");
  service.Follow();
  ASSERT_TRUE(Eventually([&] { return service.Sql("SELECT count(*) FROM posts.authors WHERE NOT confirmed") == "0"; }));
  EXPECT_EQ(service.Sql("SELECT string_agg(author_id, ',') FROM posts.authors"), "user_real");
}

TEST(PostsService, HealsAfterARestartOfPostgres) {
  ServiceUnderTest service;
  service.Follow();
  service.users.Change("user_a");
  ASSERT_TRUE(Eventually([&] { return service.Create("user_a", "Before").has_value(); }));
  SharedCluster().Stop(inkwell::testing::PostgresCluster::StopMode::kImmediate);
  EXPECT_THAT(service.Create("user_a", "Meanwhile"), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
  EXPECT_THAT(service.List("user_a"), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
  SharedCluster().Start();
  EXPECT_TRUE(Eventually([&] { return service.Create("user_a", "After").has_value(); }, std::chrono::seconds(2)));
  EXPECT_EQ(service.List("user_a")->posts(0).title(), "After");
  service.users.Change("user_b");
  EXPECT_TRUE(Eventually([&] { return service.Sql("SELECT count(*) FROM posts.authors") == "2"; }));
}

}  // namespace
}  // namespace inkwell::posts
