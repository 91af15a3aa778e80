#include "tests/unit/user-sync-service/fake_user_repository.h"

#include "tests/unit/user-sync-service/user_repository_contract.h"

namespace inkwell::users {
namespace {

INSTANTIATE_TEST_SUITE_P(Fake, UserRepositoryContract,
                         ::testing::Values(RepositoryMaker([] { return std::make_shared<FakeUserRepository>(); })));

}  // namespace
}  // namespace inkwell::users
