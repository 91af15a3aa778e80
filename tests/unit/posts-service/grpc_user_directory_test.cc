#include "posts-service/grpc_user_directory.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>

namespace inkwell::posts {
namespace {

TEST(GrpcUserDirectoryTest, IsNotGoneBeforeItsQuestionsAreAnswered) {
  auto channel = grpc::CreateChannel("unix:/nowhere/users.sock", grpc::InsecureChannelCredentials());
  for (int i = 0; i < 20; ++i) {
    std::atomic<bool> answered{false};
    auto directory = std::make_unique<GrpcUserDirectory>(channel);
    directory->Ask("user_a", UserDirectory::Source::kClerk, "request", runtime::DeadlineAfter(std::chrono::seconds(5)),
                   [&](const runtime::Result<KnownUser>& user) {
                     EXPECT_FALSE(user.has_value());
                     answered = true;
                   });
    directory.reset();
    ASSERT_TRUE(answered);
  }
}

TEST(GrpcUserDirectoryTest, EndsAlsoWhenAnAnswerThrows) {
  auto directory =
      std::make_unique<GrpcUserDirectory>(grpc::CreateChannel("unix:/nowhere/users.sock", grpc::InsecureChannelCredentials()));
  std::atomic<bool> answered{false};
  directory->Ask("user_a", UserDirectory::Source::kClerk, "request", runtime::DeadlineAfter(std::chrono::seconds(5)),
                 [&](const runtime::Result<KnownUser>&) {
                   answered = true;
                   throw std::runtime_error("no memory");
                 });
  directory.reset();
  EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace inkwell::posts
