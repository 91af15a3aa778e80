#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/e2e/stack.h"
#include "tests/support/eventually.h"

namespace inkwell::faults {

// How soon a part must be of use again (issue and design: "recovery times are printed").
inline constexpr std::chrono::milliseconds kAfterPostgresAccepts{2000};
inline constexpr std::chrono::milliseconds kAfterServiceListens{5000};

// One whole Inkwell for the drills of a suite. Each drill leaves it healthy, and uses users of its own.
class Drill : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<e2e::Stack>(e2e::Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static e2e::Stack& stack() { return *stack_; }

  // A user whom the copy knows. Each call makes another one, also when the drills are repeated.
  static std::string NewUser() {
    static int count = 0;
    const std::string id = e2e::UserId("drill " + std::to_string(++count));
    EXPECT_EQ(stack().Deliver(CreatedEvent(id)).status, 200);
    return id;
  }
  static std::string CreatedEvent(const std::string& id) {
    return e2e::TestClerk::Event("user.created", e2e::TestClerk::SparseUser(id, 1000));
  }
  static std::string DeletedEvent(const std::string& id) {
    return e2e::TestClerk::Event("user.deleted", e2e::TestClerk::DeletedUser(id));
  }

 private:
  static inline std::unique_ptr<e2e::Stack> stack_;
};

}  // namespace inkwell::faults
