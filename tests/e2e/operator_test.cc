// What an operator with grpcurl sees: the services by reflection, their health, and pages of users and posts.
#include <google/protobuf/empty.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <set>

#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "tests/e2e/reflection.pb.h"
#include "tests/e2e/stack.h"

namespace inkwell::e2e {
namespace {

class Operator : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }
  static std::shared_ptr<grpc::Channel> Dial(const std::string& target) {
    return grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
  }
  static void Prepare(grpc::ClientContext& context, const std::string& principal) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    if (!principal.empty()) context.AddMetadata("inkwell-principal", principal);
  }
  static std::set<std::string> ListServices(const std::string& target) {
    // What a generated stub does: the service's name is gRPC's, its messages are ours.
    using Stream = grpc::internal::ClientReaderWriterFactory<ServerReflectionRequest, ServerReflectionResponse>;
    const auto channel = Dial(target);
    const grpc::internal::RpcMethod method("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                           grpc::internal::RpcMethod::BIDI_STREAMING, channel);
    grpc::ClientContext context;
    Prepare(context, "");
    const std::unique_ptr<grpc::ClientReaderWriter<ServerReflectionRequest, ServerReflectionResponse>> stream(
        Stream::Create(channel.get(), method, &context));
    ServerReflectionRequest request;
    request.set_list_services("*");
    stream->Write(request);
    stream->WritesDone();
    ServerReflectionResponse response;
    std::set<std::string> names;
    while (stream->Read(&response)) {
      for (const auto& service : response.list_services_response().service()) names.insert(service.name());
    }
    return names;
  }

 private:
  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(Operator, ListsTheServicesByReflection) {
  EXPECT_TRUE(ListServices(stack().users_target()).contains("inkwell.users.v1.UserService"));
  EXPECT_TRUE(ListServices(stack().users_target()).contains("grpc.health.v1.Health"));
  EXPECT_TRUE(ListServices(stack().posts_target()).contains("inkwell.posts.v1.PostService"));
}

TEST_F(Operator, PagesThroughUsersAndPosts) {
  std::set<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    const std::string id = UserId("paged" + std::to_string(i));
    ASSERT_EQ(stack().Deliver(TestClerk::Event("user.created", TestClerk::SparseUser(id, 1000))).status, 200);
    expected.insert(id);
  }
  const auto users = users::v1::UserService::NewStub(Dial(stack().users_target()));
  std::set<std::string> listed;
  users::v1::ListUsersRequest request;
  request.set_page_size(10);
  do {
    grpc::ClientContext context;
    Prepare(context, "operator:test");
    users::v1::ListUsersResponse response;
    const auto status = users->ListUsers(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_LE(response.users_size(), 10);
    for (const auto& user : response.users()) EXPECT_TRUE(listed.insert(user.user_id()).second) << "listed twice";
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, expected);

  const std::string author = *expected.begin();
  HttpClient http = stack().ClientOf(author);
  for (int i = 0; i < 7; ++i) ASSERT_EQ(http.Post("/api/posts", R"({"title":"A post"})").status, 201);
  const auto posts = posts::v1::PostService::NewStub(Dial(stack().posts_target()));
  posts::v1::ListPostsRequest list;
  list.set_author_id(author);
  list.set_page_size(3);
  int count = 0;
  do {
    grpc::ClientContext context;
    Prepare(context, "operator:test");
    posts::v1::ListPostsResponse response;
    ASSERT_TRUE(posts->ListPosts(&context, list, &response).ok());
    count += response.posts_size();
    list.set_page_token(response.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(count, 7);
}

TEST_F(Operator, NeedsAPrincipal) {
  const auto users = users::v1::UserService::NewStub(Dial(stack().users_target()));
  users::v1::ListUsersResponse response;
  grpc::ClientContext nobody;
  Prepare(nobody, "");
  EXPECT_EQ(users->ListUsers(&nobody, {}, &response).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  grpc::ClientContext user;
  Prepare(user, "user:" + UserId("curious"));
  EXPECT_EQ(users->ListUsers(&user, {}, &response).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace inkwell::e2e
