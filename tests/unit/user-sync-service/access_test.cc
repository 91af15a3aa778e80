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

TEST(Access, OnlyTheUserAndOperatorsChangeAUser) {
  EXPECT_THAT(MayChangeUser({Kind::kUser, "user_a"}, "user_a"), IsOk());
  EXPECT_THAT(MayChangeUser({Kind::kOperator, "me"}, "user_a"), IsOk());
  EXPECT_THAT(MayChangeUser({Kind::kUser, "user_b"}, "user_a"), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(MayChangeUser({Kind::kService, "user_a"}, "user_a"), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
}

TEST(Access, OnlyTheUserActsAsThemselves) {
  EXPECT_THAT(MayActAsUser({Kind::kUser, "user_a"}, "user_a"), IsOk());
  EXPECT_THAT(MayActAsUser({Kind::kUser, "user_b"}, "user_a"), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(MayActAsUser({Kind::kOperator, "user_a"}, "user_a"), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
}

TEST(Access, OnlyOperatorsOperate) {
  EXPECT_THAT(MayOperate({Kind::kOperator, "me"}), IsOk());
  EXPECT_THAT(MayOperate({Kind::kService, "posts"}), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
  EXPECT_THAT(MayOperate({Kind::kUser, "user_a"}), FailsWith(Code::kPermissionDenied, "PRINCIPAL_NOT_ALLOWED"));
}

}  // namespace
}  // namespace inkwell::users
