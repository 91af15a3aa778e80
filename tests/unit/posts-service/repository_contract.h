#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "posts-service/author_repository.h"
#include "posts-service/post_repository.h"

namespace inkwell::posts {

// What a store of posts and authors must do, whatever it is made of (repository_contract.cc). A program that links it says which
// stores:
//   INSTANTIATE_TEST_SUITE_P(Fake, RepositoryContract, ::testing::Values(StoreFactory{...}));
struct Store {
  virtual ~Store() = default;
  virtual PostRepository& posts() = 0;
  virtual AuthorRepository& authors() = 0;
};
using StoreFactory = std::function<std::unique_ptr<Store>()>;

class RepositoryContract : public ::testing::TestWithParam<StoreFactory> {
 protected:
  RepositoryContract();

  // Adds a confirmed author, as the change stream does.
  void Follow(const std::string& author_id, bool banned = false, bool deleted = false);
  // Creates one post, with the minute of its id's time.
  Post Write(const std::string& author_id, int minute, const std::string& title);

  std::unique_ptr<Store> store_;
  PostRepository& posts_;
  AuthorRepository& authors_;
  int cursor_ = 0;
};

}  // namespace inkwell::posts
