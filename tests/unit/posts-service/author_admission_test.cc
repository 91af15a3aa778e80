#include "posts-service/author_admission.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>

#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/fake_store.h"
#include "tests/unit/posts-service/fake_user_directory.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Result;

class AuthorAdmissionTest : public ::testing::Test {
 protected:
  // The operation meets a deadlock this many times.
  void Deadlock(const std::string& operation, int times) {
    left_ = times;
    store_.before = [this, operation](const std::string& name, std::size_t) -> Result<void> {
      if (name != operation || left_-- <= 0) return {};
      return runtime::Fail(Code::kAborted, "SERIALIZATION_FAILURE", "A deadlock.", {{"sqlstate", "40P01"}});
    };
  }
  Result<void> Admit(const std::string& author_id) {
    AuthorAdmission admission(store_, users_, metrics_, AuthorAdmission::Options{});
    auto answered = std::make_shared<std::promise<Result<void>>>();
    admission.Admit(author_id, "req_of_a_post", [answered](Result<void> result) { answered->set_value(std::move(result)); });
    return answered->get_future().get();
  }

  FakeStore store_;
  FakeUserDirectory users_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  std::atomic<int> left_{0};
};

TEST_F(AuthorAdmissionTest, AsksUnderTheRequestIdOfTheOneWhoWaits) {
  users_.Know("user_a");
  EXPECT_THAT(Admit("user_a"), IsOk());
  EXPECT_EQ(users_.request_ids(), std::vector<std::string>{"req_of_a_post"});
}

TEST_F(AuthorAdmissionTest, BeginsAgainAfterADeadlockOfTheAddition) {
  users_.Know("user_a");
  Deadlock("AddUnconfirmed", 2);
  EXPECT_THAT(Admit("user_a"), IsOk());
  EXPECT_TRUE(store_.HasAuthor("user_a"));
}

TEST_F(AuthorAdmissionTest, BeginsAgainAfterADeadlockOfTheConfirmation) {
  users_.Know("user_a");
  Deadlock("Confirm", 1);
  EXPECT_THAT(Admit("user_a"), IsOk());
  EXPECT_EQ(store_.CountOf("AddUnconfirmed"), 2U);
}

TEST_F(AuthorAdmissionTest, GivesUpWhenDeadlocksDoNotEnd) {
  users_.Know("user_a");
  Deadlock("AddUnconfirmed", 1000);
  EXPECT_THAT(Admit("user_a"), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
}

}  // namespace
}  // namespace inkwell::posts
