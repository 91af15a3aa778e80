// What an operator with grpcurl sees: the services by reflection, their health, and pages of users and posts.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/empty.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "grpc/health/v1/health.grpc.pb.h"
#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "tests/e2e/reflection.pb.h"
#include "tests/e2e/stack.h"

namespace inkwell::e2e {
namespace {

std::shared_ptr<grpc::Channel> Dial(const std::string& target) {
  return grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
}

void Prepare(grpc::ClientContext& context, const std::string& principal) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  if (!principal.empty()) context.AddMetadata("inkwell-principal", principal);
}

using Files = std::map<std::string, google::protobuf::FileDescriptorProto>;  // by name

// One stream of questions to a server about itself, as grpcurl has it.
class Reflection final {
 public:
  explicit Reflection(const std::string& target)
      : channel_(Dial(target)),
        // What a generated stub does: the service's name is gRPC's, its messages are ours.
        method_("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", grpc::internal::RpcMethod::BIDI_STREAMING,
                channel_) {
    Prepare(context_, "");
    stream_.reset(grpc::internal::ClientReaderWriterFactory<ServerReflectionRequest, ServerReflectionResponse>::Create(
        channel_.get(), method_, &context_));
  }
  ~Reflection() {
    stream_->WritesDone();
    EXPECT_TRUE(stream_->Finish().ok());
  }

  std::set<std::string> ListServices() {
    ServerReflectionRequest request;
    request.set_list_services("*");
    std::set<std::string> names;
    const ServerReflectionResponse response = Ask(request);
    for (const auto& service : response.list_services_response().service()) names.insert(service.name());
    return names;
  }

  // All that a client needs to call the service: the file that declares it, and what that file imports, and so on. Each import is
  // asked for by its name, even if the server has sent it along already.
  Files FilesOf(const std::string& service) {
    Files files;
    ServerReflectionRequest request;
    request.set_file_containing_symbol(service);
    Add(Ask(request), files);
    std::set<std::string> asked;
    for (std::set<std::string> imports = ImportsOf(files); imports != asked; imports = ImportsOf(files)) {
      for (const std::string& name : imports) {
        if (!asked.insert(name).second) continue;
        request.set_file_by_filename(name);
        Files answered;
        Add(Ask(request), answered);
        EXPECT_TRUE(answered.contains(name)) << name;
        files.merge(answered);
      }
    }
    return files;
  }

 private:
  ServerReflectionResponse Ask(const ServerReflectionRequest& request) {
    ServerReflectionResponse response;
    EXPECT_TRUE(stream_->Write(request) && stream_->Read(&response)) << request.ShortDebugString();
    EXPECT_FALSE(response.has_error_response()) << request.ShortDebugString() << ": " << response.ShortDebugString();
    return response;
  }
  static std::set<std::string> ImportsOf(const Files& files) {
    std::set<std::string> imports;
    for (const auto& [name, file] : files) imports.insert(file.dependency().begin(), file.dependency().end());
    return imports;
  }
  static void Add(const ServerReflectionResponse& response, Files& files) {
    for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      EXPECT_TRUE(file.ParseFromString(bytes));
      files[file.name()] = file;
    }
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const grpc::internal::RpcMethod method_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<ServerReflectionRequest, ServerReflectionResponse>> stream_;
};

class Operator : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }
  // Puts the service together from nothing but what its server says, and expects these calls of it.
  static void ExpectIsDescribed(const std::string& target, const std::string& service, const std::set<std::string>& calls) {
    google::protobuf::SimpleDescriptorDatabase files;
    for (const auto& [name, file] : Reflection(target).FilesOf(service)) EXPECT_TRUE(files.Add(file)) << name;
    google::protobuf::DescriptorPool pool(&files);
    const auto* described = pool.FindServiceByName(service);
    ASSERT_NE(described, nullptr) << service;
    std::set<std::string> names;
    for (int i = 0; i < described->method_count(); ++i) names.insert(described->method(i)->name());
    for (const std::string& call : calls) EXPECT_TRUE(names.contains(call)) << call << " of " << service;
  }
  static void ExpectServes(const std::string& target, const std::string& service) {
    grpc::ClientContext context;
    Prepare(context, "");
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const auto status = grpc::health::v1::Health::NewStub(Dial(target))->Check(&context, request, &response);
    EXPECT_TRUE(status.ok()) << service << ": " << status.error_message();
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING) << service;
  }

 private:
  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(Operator, ListsTheServicesByReflection) {
  for (const auto& [target, service] : {std::pair(stack().users_target(), "inkwell.users.v1.UserService"),
                                        std::pair(stack().posts_target(), "inkwell.posts.v1.PostService")}) {
    const auto services = Reflection(target).ListServices();
    EXPECT_TRUE(services.contains(service)) << service;
    EXPECT_TRUE(services.contains("grpc.health.v1.Health")) << service;
  }
}

TEST_F(Operator, GetsTheDescriptionOfEachServiceByReflection) {
  ExpectIsDescribed(stack().users_target(), "inkwell.users.v1.UserService", {"GetUser", "ListUsers", "WatchUsers"});
  ExpectIsDescribed(stack().posts_target(), "inkwell.posts.v1.PostService", {"CreatePost", "ListPosts"});
  for (const std::string& target : {stack().users_target(), stack().posts_target()}) {
    ExpectIsDescribed(target, "grpc.health.v1.Health", {"Check"});
  }
}

TEST_F(Operator, HearsThatBothServicesServe) {
  for (const char* service : {"", "inkwell.users.v1.UserService"}) ExpectServes(stack().users_target(), service);
  for (const char* service : {"", "inkwell.posts.v1.PostService"}) ExpectServes(stack().posts_target(), service);
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
  std::vector<int> page_sizes;
  users::v1::ListUsersRequest request;
  request.set_page_size(10);
  do {
    grpc::ClientContext context;
    Prepare(context, "operator:test");
    users::v1::ListUsersResponse response;
    const auto status = users->ListUsers(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    page_sizes.push_back(response.users_size());
    for (const auto& user : response.users()) EXPECT_TRUE(listed.insert(user.user_id()).second) << "listed twice";
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, expected);
  EXPECT_EQ(page_sizes, (std::vector<int>{10, 10, 5}));

  const std::string author = *expected.begin();
  HttpClient http = stack().ClientOf(author);
  std::vector<std::string> written;
  for (int i = 0; i < 7; ++i) {
    const auto created = http.Post("/api/posts", R"({"title":"A post"})");
    ASSERT_EQ(created.status, 201) << created.body;
    written.push_back(created.Json().at("id"));
  }
  const auto posts = posts::v1::PostService::NewStub(Dial(stack().posts_target()));
  posts::v1::ListPostsRequest list;
  list.set_author_id(author);
  list.set_page_size(3);
  std::vector<std::string> read;
  page_sizes.clear();
  do {
    grpc::ClientContext context;
    Prepare(context, "operator:test");
    posts::v1::ListPostsResponse response;
    const auto status = posts->ListPosts(&context, list, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    page_sizes.push_back(response.posts_size());
    for (const auto& post : response.posts()) read.push_back(post.id());
    list.set_page_token(response.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(page_sizes, (std::vector<int>{3, 3, 1}));
  EXPECT_EQ(std::set<std::string>(read.begin(), read.end()).size(), 7U) << "none listed twice";
  EXPECT_EQ(read, std::vector<std::string>(written.rbegin(), written.rend())) << "newest first";
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
