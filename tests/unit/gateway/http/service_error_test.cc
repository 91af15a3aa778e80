#include "gateway/http/service_error.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

using runtime::Code;
using runtime::Error;

struct Mapping {
  Code code;
  std::string reason;
  int status;
};

class ServiceErrorStatus : public testing::TestWithParam<Mapping> {};

TEST_P(ServiceErrorStatus, IsTheOneOfTheApi) {
  EXPECT_EQ(ToProblem(Error{GetParam().code, GetParam().reason, "Sentence.", {}}).status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    AllCodes, ServiceErrorStatus,
    testing::Values(
        Mapping{Code::kCancelled, "CANCELLED", 503}, Mapping{Code::kUnknown, "UNKNOWN", 500},
        Mapping{Code::kInvalidArgument, "INVALID_FIELD", 400}, Mapping{Code::kInvalidArgument, "INVALID_PAGE_TOKEN", 400},
        Mapping{Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", 504}, Mapping{Code::kNotFound, "USER_NOT_FOUND", 404},
        Mapping{Code::kNotFound, "POST_NOT_FOUND", 404}, Mapping{Code::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED", 422},
        Mapping{Code::kAlreadyExists, "OTHER", 409}, Mapping{Code::kPermissionDenied, "USER_BANNED", 403},
        Mapping{Code::kResourceExhausted, "RESOURCE_EXHAUSTED", 503}, Mapping{Code::kFailedPrecondition, "ETAG_MISMATCH", 412},
        Mapping{Code::kFailedPrecondition, "CLERK_NOT_CONFIGURED", 503}, Mapping{Code::kFailedPrecondition, "OTHER", 409},
        Mapping{Code::kAborted, "ABORTED", 409}, Mapping{Code::kOutOfRange, "OUT_OF_RANGE", 400},
        Mapping{Code::kUnimplemented, "UNIMPLEMENTED", 501}, Mapping{Code::kInternal, "INTERNAL", 500},
        Mapping{Code::kUnavailable, "OVERLOADED", 503}, Mapping{Code::kUnavailable, "DATABASE_UNAVAILABLE", 503},
        Mapping{Code::kUnavailable, "USERS_UNAVAILABLE", 503}, Mapping{Code::kDataLoss, "DATA_LOSS", 500},
        Mapping{Code::kUnauthenticated, "PRINCIPAL_REQUIRED", 500}));

TEST(ServiceError, NamesTheUnknownUserAsTheApiPromises) {
  EXPECT_EQ(ToProblem(Error{Code::kNotFound, "USER_NOT_FOUND", "no user user_2abc", {}}).detail, "User not found");
}

TEST(ServiceError, HandsTheFieldOn) {
  const Problem problem = ToProblem(Error{Code::kInvalidArgument, "INVALID_FIELD", "Too long.", {{"field", "title"}}});
  ASSERT_EQ(problem.members.size(), 1U);
  EXPECT_EQ(problem.members[0], std::make_pair(std::string("field"), std::string("title")));
  EXPECT_EQ(problem.detail, "Too long.");
}

TEST(ServiceError, KeepsOurTroubleToItself) {
  for (const Code code : {Code::kInternal, Code::kUnknown, Code::kDataLoss, Code::kUnauthenticated}) {
    const Problem problem = ToProblem(Error{code, "SECRET_REASON", "relation users.users does not exist", {}});
    EXPECT_EQ(problem.reason, "INTERNAL");
    EXPECT_EQ(problem.detail.find("users"), std::string::npos);
  }
  EXPECT_EQ(ToProblem(Error{Code::kUnavailable, "UNAVAILABLE", "ipv4:10.0.0.1:50052 refused", {}}).detail.find("10.0"),
            std::string::npos);
}

TEST(ServiceError, SaysWhenToComeBackOnlyWhenItIsUnavailable) {
  EXPECT_EQ(HeaderOf(ErrorResponse(Error{Code::kUnavailable, "OVERLOADED", "", {}}, "id"), "Retry-After"), "1");
  EXPECT_EQ(HeaderOf(ErrorResponse(Error{Code::kNotFound, "POST_NOT_FOUND", "", {}}, "id"), "Retry-After"), "");
}

TEST(ServiceError, IsAProblemDocument) {
  const Response response = ErrorResponse(Error{Code::kNotFound, "POST_NOT_FOUND", "Post not found", {}}, "request-1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto body = nlohmann::json::parse(response.body.view());
  EXPECT_EQ(body["reason"], "POST_NOT_FOUND");
  EXPECT_EQ(body["requestId"], "request-1");
}

}  // namespace
}  // namespace inkwell::gateway
