#include "user-sync-service/access.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace inkwell::users {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using Kind = runtime::Principal::Kind;

TEST(Access, UserReadsOnlyThemselves) {
  EXPECT_THAT(MayReadUser({Kind::kUser, "user_a"}, "user_a"), IsOk());
  EXPECT_THAT(MayReadUser({Kind::kUser, "user_a"}, "user_b"), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
}

TEST(Access, ServiceAndOperatorReadAnybody) {
  EXPECT_THAT(MayReadUser({Kind::kService, "posts"}, "user_a"), IsOk());
  EXPECT_THAT(MayReadUser({Kind::kOperator, "me"}, "user_a"), IsOk());
}

TEST(Access, WholeCopyIsNotForUsers) {
  EXPECT_THAT(MayUseWholeCopy({Kind::kUser, "user_a"}), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(MayUseWholeCopy({Kind::kService, "gateway"}), IsOk());
  EXPECT_THAT(MayUseWholeCopy({Kind::kOperator, "me"}), IsOk());
}

}  // namespace
}  // namespace inkwell::users
