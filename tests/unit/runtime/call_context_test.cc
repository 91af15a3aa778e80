#include "runtime/call_context.h"

#include <gmock/gmock.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/support/status_matchers.h"

namespace inkwell::runtime {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;

constexpr Code kCodes[] = {
    Code::kCancelled,          Code::kUnknown,       Code::kInvalidArgument,  Code::kDeadlineExceeded,
    Code::kNotFound,           Code::kAlreadyExists, Code::kPermissionDenied, Code::kResourceExhausted,
    Code::kFailedPrecondition, Code::kAborted,       Code::kOutOfRange,       Code::kUnimplemented,
    Code::kInternal,           Code::kUnavailable,   Code::kDataLoss,         Code::kUnauthenticated,
};

TEST(CallContext, EveryCodeBecomesGrpcsAndComesBack) {
  std::vector<int> numbers;
  for (const Code code : kCodes) {
    const Error error{code, "SOME_REASON", "A sentence.", {{"field", "title"}, {"limit", "200"}}};
    const grpc::Status status = ToGrpcStatus(error, "posts.inkwell");
    EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(code));
    EXPECT_EQ(status.error_message(), "A sentence.");
    const Error back = FromGrpcStatus(status);
    EXPECT_EQ(back.code, code);
    EXPECT_EQ(back.reason, "SOME_REASON");
    EXPECT_EQ(back.message, "A sentence.");
    EXPECT_EQ(back.metadata, error.metadata);
    numbers.push_back(static_cast<int>(code));
  }
  // With OK these are all 17 of gRPC's.
  std::vector<int> all;
  for (int number = 1; number <= 16; ++number) all.push_back(number);
  EXPECT_EQ(numbers, all);
  EXPECT_EQ(FromGrpcStatus(grpc::Status::OK).code, Code::kUnknown);
  EXPECT_EQ(FromGrpcStatus(grpc::Status(grpc::StatusCode::DO_NOT_USE, "")).code, Code::kUnknown);
}

TEST(CallContext, TheDetailsAreAGoogleRpcStatusWithErrorInfo) {
  const grpc::Status status = ToGrpcStatus({Code::kNotFound, "POST_NOT_FOUND", "No such post.", {}}, "posts.inkwell");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), 5);
  ASSERT_EQ(details.details_size(), 1);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "POST_NOT_FOUND");
  EXPECT_EQ(info.domain(), "posts.inkwell");
}

TEST(CallContext, AnErrorOfABatchesItemComesBackAsItWas) {
  const Error error{Code::kInvalidArgument, "INVALID_FIELD", "A sentence.", {{"field", "user_id"}}};
  const Error back = FromRpcStatus(ToRpcStatus(error, "users.inkwell"));
  EXPECT_EQ(back.code, error.code);
  EXPECT_EQ(back.reason, error.reason);
  EXPECT_EQ(back.message, error.message);
  EXPECT_EQ(back.metadata, error.metadata);
  google::rpc::Status bare;
  bare.set_code(14);
  EXPECT_EQ(FromRpcStatus(bare).reason, "UNAVAILABLE");
  EXPECT_EQ(FromRpcStatus({}).code, Code::kUnknown) << "OK is no error";
  for (const int foreign : {17, 1000, -1, -1000}) {
    bare.set_code(foreign);
    EXPECT_EQ(FromRpcStatus(bare).code, Code::kUnknown) << foreign;
  }
}

TEST(CallContext, GrpcsOwnErrorsGetTheirCodesNameAndNoInternals) {
  const Error error = FromGrpcStatus(grpc::Status(grpc::StatusCode::UNAVAILABLE, "failed to connect to ipv4:10.0.0.7:50052"));
  EXPECT_EQ(error.reason, "UNAVAILABLE");
  EXPECT_EQ(error.message.find("10.0.0.7"), std::string::npos);
  EXPECT_EQ(FromGrpcStatus(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "")).reason, "DEADLINE_EXCEEDED");
  EXPECT_EQ(FromGrpcStatus(grpc::Status(grpc::StatusCode::INTERNAL, "", "not a protobuf")).reason, "INTERNAL");
}

TEST(CallContext, PrincipalsAreReadAsTheyAreWritten) {
  for (const char* text : {"user:user_2aB", "service:posts-service", "operator:alice.b"}) {
    const Result<Principal> principal = ParsePrincipal(text);
    ASSERT_THAT(principal, IsOk()) << text;
    EXPECT_EQ(ToString(*principal), text);
  }
  EXPECT_TRUE(ParsePrincipal("user:u1")->IsUser("u1"));
  EXPECT_FALSE(ParsePrincipal("user:u1")->MayActFor("u2"));
  EXPECT_TRUE(ParsePrincipal("service:s")->MayActFor("u2"));
}

TEST(CallContext, RefusesPrincipalsThatAreNot) {
  const std::string long_id(129, 'x');
  for (const std::string& text :
       {std::string(), std::string("user:"), std::string("user"), std::string("admin:x"), std::string("user:a b"),
        std::string("user:a\r\nx"), std::string("user:\xC3\xA9"), "user:" + long_id, std::string("User:x")}) {
    EXPECT_THAT(ParsePrincipal(text), FailsWith(Code::kUnauthenticated, "PRINCIPAL_REQUIRED")) << text;
  }
}

}  // namespace
}  // namespace inkwell::runtime
