#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "posts-service/postgres_author_repository.h"
#include "posts-service/postgres_post_repository.h"
#include "tests/integration/posts-service/posts_database.h"
#include "tests/unit/posts-service/repository_contract.h"

namespace inkwell::posts {
namespace {

struct PostgresBacked final : Store {
  PostRepository& posts() override { return post_repository; }
  AuthorRepository& authors() override { return author_repository; }
  std::unique_ptr<runtime::Database> database = MakePostsDatabase();
  PostgresPostRepository post_repository{*database};
  PostgresAuthorRepository author_repository{*database};
};

INSTANTIATE_TEST_SUITE_P(Postgres, RepositoryContract, ::testing::Values(StoreFactory([]() -> std::unique_ptr<Store> {
                           return std::make_unique<PostgresBacked>();
                         })),
                         [](const auto&) { return "Database"; });

constexpr runtime::Statement kShowSynchronousCommit{"show_synchronous_commit", "SHOW synchronous_commit", 0, 1};

// Only the follower's own commit may be lost in a crash: the stream sends it again. The next lease's may not.
TEST(PostgresAuthorRepositoryTest, WhatFollowsAnAppliedChangeIsDurableAgain) {
  const auto database = MakePostsDatabase();
  PostgresAuthorRepository authors(*database);
  const auto deadline = runtime::DeadlineAfter(std::chrono::seconds(20));
  UserChanges changes;
  changes.users.push_back({"user_a", false, false, {}});
  changes.cursor = "1";
  EXPECT_EQ(authors.ApplyChanges({"", 0, true}, changes, deadline).value(), true);
  const auto after = database->Run<std::string>(deadline, [](runtime::Connection& connection) {
    return connection.Execute(kShowSynchronousCommit).map([](const runtime::Rows& rows) { return std::string(rows.Text(0, 0)); });
  });
  EXPECT_EQ(after.value(), "on");
}

}  // namespace
}  // namespace inkwell::posts
