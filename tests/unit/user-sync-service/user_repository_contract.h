#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// What every UserRepository owes its callers (user_repository.h). Instantiate it with a function that makes an empty one:
//   INSTANTIATE_TEST_SUITE_P(Fake, UserRepositoryContract, testing::Values(MakeFake));
using RepositoryMaker = std::function<std::shared_ptr<UserRepository>()>;

class UserRepositoryContract : public ::testing::TestWithParam<RepositoryMaker> {
 protected:
  UserRepositoryContract() : repository_(GetParam()()) {}

  // One event in a call of its own.
  Verdict Apply(const UserEvent& event);
  std::optional<StoredUser> Find(const std::string& user_id);
  std::vector<std::string> ListedIds(std::string_view after, int limit);
  ChangePage Changes(const ChangePosition& after, int limit = 100);

  const std::shared_ptr<UserRepository> repository_;
};

}  // namespace inkwell::users
