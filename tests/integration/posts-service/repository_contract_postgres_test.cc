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

}  // namespace
}  // namespace inkwell::posts
