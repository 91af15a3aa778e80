#include "tests/integration/posts-service/posts_database.h"

#include <gtest/gtest.h>

#include "posts-service/migrations.h"
#include "posts-service/post_sql.h"
#include "runtime_db/migrator.h"
#include "tests/support/status_matchers.h"

namespace inkwell::posts {

testing::PostgresCluster& SharedCluster() {
  static testing::PostgresCluster cluster;
  return cluster;
}

std::unique_ptr<runtime::Database> MakePostsDatabase(std::string* url) {
  static int count = 0;
  runtime::DatabaseOptions options;
  options.url = SharedCluster().CreateDatabase("posts_" + std::to_string(++count));
  options.application_name = "posts-test";
  options.connections = 10;
  options.session_settings = sql::SessionSettings();
  if (url != nullptr) *url = options.url;
  auto database = runtime::Database::Create(options);
  EXPECT_THAT(database, testing::IsOk());
  const auto deadline = runtime::DeadlineAfter(std::chrono::seconds(30));
  EXPECT_THAT(runtime::Migrate(**database, "posts", Migrations(), deadline), testing::IsOk());
  return *std::move(database);
}

}  // namespace inkwell::posts
