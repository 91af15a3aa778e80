#include "tests/integration/posts-service/posts_database.h"

#include <gtest/gtest.h>

#include "posts-service/migrations.h"
#include "posts-service/post_sql.h"
#include "runtime_db/migrator.h"
#include "runtime_db/schema_owner.h"
#include "tests/support/status_matchers.h"

namespace inkwell::posts {

testing::PostgresCluster& SharedCluster() {
  static testing::PostgresCluster cluster;
  return cluster;
}

std::unique_ptr<runtime::Database> MakePostsDatabase(std::string* url) {
  static int count = 0;
  const std::string name = "posts_" + std::to_string(++count);
  runtime::DatabaseOptions options;
  options.url = SharedCluster().CreateDatabase(name);
  options.application_name = "posts-test";
  options.connections = 10;
  options.session_settings = sql::SessionSettings();
  if (url != nullptr) *url = options.url;
  const auto owner = runtime::Database::Create(options);
  EXPECT_THAT(owner, testing::IsOk());
  const auto deadline = runtime::DeadlineAfter(std::chrono::seconds(30));
  EXPECT_THAT(runtime::Migrate(**owner, "posts", Migrations(), deadline), testing::IsOk());
  SharedCluster().Execute(name, "CREATE ROLE " + name + " LOGIN");
  EXPECT_THAT(runtime::GrantUse(**owner, "posts", name, deadline), testing::IsOk());
  options.url = "postgresql://" + name + "@127.0.0.1:" + std::to_string(SharedCluster().port()) + "/" + name;
  auto database = runtime::Database::Create(options);
  EXPECT_THAT(database, testing::IsOk());
  return *std::move(database);
}

}  // namespace inkwell::posts
