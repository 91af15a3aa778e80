#include "tests/unit/posts-service/fake_store.h"
#include "tests/unit/posts-service/repository_contract.h"

namespace inkwell::posts {
namespace {

struct FakeBacked final : Store {
  PostRepository& posts() override { return fake; }
  AuthorRepository& authors() override { return fake; }
  FakeStore fake;
};

INSTANTIATE_TEST_SUITE_P(Fake, RepositoryContract, ::testing::Values(StoreFactory([]() -> std::unique_ptr<Store> {
                           return std::make_unique<FakeBacked>();
                         })),
                         [](const auto&) { return "InMemory"; });

}  // namespace
}  // namespace inkwell::posts
