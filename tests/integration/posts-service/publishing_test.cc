// What others see of an author's posts, and what the author can take away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/posts-service/service_under_test.h"
#include "tests/support/eventually.h"
#include "tests/support/process_usage.h"
#include "tests/support/status_matchers.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::Eventually;
using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;

void WriteMany(ServiceUnderTest& service, const std::string& author_id, int count, int published_each) {
  service.Sql("INSERT INTO posts.posts (author_id, id, title, content, published, updated_at) SELECT '" + author_id +
              "', (lpad(to_hex(1500000000000 + n), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid, 'Post ' || n, "
              "repeat('x', 200), n % " +
              std::to_string(published_each) + " = 0, now() FROM generate_series(1, " + std::to_string(count) +
              ") n; ANALYZE posts.posts");
}

TEST(Publishing, PagesThroughThePublishedPostsOnly) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  for (int i = 0; i < 9; ++i) {
    ASSERT_THAT(service.Create("user_a", "Post " + std::to_string(i), {.published = i % 3 == 0}), IsOk());
  }
  const auto page = service.ListPublished("user_a", 2);
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->posts_size(), 2);
  EXPECT_EQ(page->posts(0).title(), "Post 6");
  EXPECT_EQ(page->posts(1).title(), "Post 3");
  const auto rest = service.ListPublished("user_a", 2, page->next_page_token());
  ASSERT_THAT(rest, IsOk());
  ASSERT_EQ(rest->posts_size(), 1);
  EXPECT_EQ(rest->posts(0).title(), "Post 0");
  EXPECT_EQ(rest->next_page_token(), "");
  EXPECT_THAT(service.ListPublished("user_nobody")->posts(), ::testing::IsEmpty());
  EXPECT_THAT(service.List("user_a", 2, page->next_page_token()), FailsWith(Code::kInvalidArgument, "INVALID_PAGE_TOKEN"));
}

TEST(Publishing, TheListIsReadFromItsOwnIndex) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  ASSERT_THAT(service.Create("user_a", "First"), IsOk());
  WriteMany(service, "user_a", 20'000, 4000);
  const std::string plan = service.Sql(
      "EXPLAIN (FORMAT JSON) SELECT id FROM posts.posts WHERE author_id = 'user_a' AND "
      "id < 'ffffffff-ffff-7fff-bfff-ffffffffffff' AND published ORDER BY id DESC LIMIT 21");
  EXPECT_NE(plan.find("posts_published"), std::string::npos) << plan;
  EXPECT_EQ(service.ListPublished("user_a", 100)->posts_size(), 5);
}

// 101 posts of 400 KB, from the year 2017, which take little room where they are kept.
void WriteHeavy(ServiceUnderTest& service, const std::string& author_id) {
  service.Sql("INSERT INTO posts.posts (author_id, id, title, content, published, updated_at) SELECT '" + author_id +
              "', (lpad(to_hex(1500000000000 + n), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid, 'Post ' || n, "
              "repeat(chr(128512), 100000), true, now() FROM generate_series(1, 101) n");
}

TEST(Lists, OfHeavyPostsCostWhatTheirPagesWeigh) {
  ServiceUnderTest service;
  for (const char* id : {"user_a", "user_b"}) {
    service.users.Know(id);
    ASSERT_THAT(service.Create(id, "First", {.published = true}), IsOk());
  }
  WriteHeavy(service, "user_a");
  const auto list_all = [&] {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 24; ++i) {
      callers.emplace_back([&service, i] {
        const auto check = [](const auto& page) {
          ASSERT_THAT(page, IsOk());
          EXPECT_EQ(page->posts_size(), 8);  // the light one, and seven
          EXPECT_NE(page->next_page_token(), "");
        };
        if (i % 2 == 0) {
          check(service.List("user_a", 100));
        } else {
          check(service.ListPublished("user_a", 100));
        }
      });
      callers.emplace_back([&service] { EXPECT_EQ(service.List("user_b", 100)->posts_size(), 1); });
    }
  };
  const std::size_t before = testing::UsageOf(getpid()).resident_kib;
  std::size_t most = before;
  {
    const std::jthread sampler([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) most = std::max(most, testing::UsageOf(getpid()).resident_kib);
    });
    list_all();
  }
  RecordProperty("grown_mib", std::to_string((most - before) / 1024));
  // Clients and server share this process: each answer weighs 3 MB as bytes and as messages, here and there.
  if (testing::kResidentMemoryCounts) {
    EXPECT_LT(most, before + std::size_t{450} * 1024);
  }
}

TEST(Lists, HeavyPostsAreReadToTheLastPageByPage) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  ASSERT_THAT(service.Create("user_a", "First", {.published = true}), IsOk());
  WriteHeavy(service, "user_a");
  std::vector<int> seen(2);
  std::string token;
  do {
    const auto page = service.List("user_a", 100, token);
    ASSERT_THAT(page, IsOk());
    ASSERT_GT(page->posts_size(), 0);
    seen[0] += page->posts_size();
    token = page->next_page_token();
  } while (!token.empty());
  do {
    const auto page = service.List("user_a", 100, token, "POST");
    ASSERT_THAT(page, IsOk());
    ASSERT_GT(page->posts_size(), 0);
    seen[1] += page->posts_size();
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_THAT(seen, ::testing::ElementsAre(102, 101));
}

TEST(Publishing, WhatADeletedUserPublishedIsGone) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  service.Follow();
  ASSERT_THAT(service.Create("user_a", "Public", {.published = true}), IsOk());
  ASSERT_EQ(service.ListPublished("user_a")->posts_size(), 1);
  service.users.Delete("user_a");
  EXPECT_TRUE(Eventually([&] { return service.ListPublished("user_a")->posts_size() == 0; }));
}

TEST(Export, StreamsAHundredThousandPostsInOrderAndFlatMemory) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  ASSERT_THAT(service.Create("user_a", "First"), IsOk());
  constexpr int kPosts = 100'000;
  WriteMany(service, "user_a", kPosts - 1, 2);
  int count = 0;
  std::size_t after_ten = 0;
  std::size_t most = 0;
  int messages = 0;
  std::string last;
  bool ordered = true;
  ASSERT_THAT(service.Export("user_a",
                             [&](const v1::ExportPostsResponse& message) {
                               for (const v1::Post& post : message.posts()) {
                                 ordered = ordered && last < post.id();
                                 last = post.id();
                               }
                               count += message.posts_size();
                               if (++messages == 10) after_ten = testing::UsageOf(getpid()).resident_kib;
                               most = std::max(most, testing::UsageOf(getpid()).resident_kib);
                               return true;
                             }),
              IsOk());
  EXPECT_EQ(count, kPosts);
  EXPECT_TRUE(ordered);
  EXPECT_GE(messages, kPosts / 500);
  // Client and server share this process; the posts weigh 30 MB.
  if (testing::kResidentMemoryCounts) {
    EXPECT_LT(most, after_ten + std::size_t{8} * 1024);
  }
}

TEST(Export, AMessageStaysWithinGrpcsLimitWhateverPostsWeigh) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  for (int i = 0; i < 8; ++i) {
    ASSERT_THAT(service.Create("user_a", "Heavy", {.content = std::string(400'000, 'x').substr(0, 100'000)}), IsOk());
  }
  std::size_t largest = 0;
  int count = 0;
  ASSERT_THAT(service.Export("user_a",
                             [&](const v1::ExportPostsResponse& message) {
                               largest = std::max(largest, message.ByteSizeLong());
                               count += message.posts_size();
                               return true;
                             }),
              IsOk());
  EXPECT_EQ(count, 8);
  EXPECT_LT(largest, std::size_t{1024} * 1024);
}

TEST(Export, AnAuthorWithoutPostsHasAnEmptyOneAndAnotherUserNone) {
  ServiceUnderTest service;
  int messages = 0;
  const auto take = [&](const v1::ExportPostsResponse&) { return ++messages > 0; };
  EXPECT_THAT(service.Export("user_nobody", take), IsOk());
  EXPECT_EQ(messages, 0);
  EXPECT_THAT(service.Export("user_a", take, "user:user_b"), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
}

TEST(Export, ACancelledOneMakesRoomForTheNext) {
  ServiceUnderTest service;
  service.users.Know("user_a");
  ASSERT_THAT(service.Create("user_a", "First"), IsOk());
  WriteMany(service, "user_a", 20'000, 2);
  // More than may be under way at once, each left after its first message.
  for (int i = 0; i < 5; ++i) {
    const auto left = [&] { return service.Export("user_a", [](const v1::ExportPostsResponse&) { return false; }); };
    EXPECT_TRUE(Eventually([&] {
      const auto ended = left();
      return !ended && ended.error().code == Code::kCancelled;
    }));
  }
}

}  // namespace
}  // namespace inkwell::posts
