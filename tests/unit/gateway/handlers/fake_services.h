#pragma once

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"
#include "runtime/call_context.h"

namespace inkwell::gateway {

// Both services in this process. They answer what the test sets, and keep what they were asked.
class FakeServices final {
 public:
  class Users final : public users::v1::UserService::Service {
   public:
    std::optional<runtime::Error> refusal;  // of every call
    std::string principal;
    std::atomic<int> calls{0};
    users::v1::GetUserRequest got;
    users::v1::UpdateUserRequest updated;
    users::v1::DeleteUserRequest deleted;
    users::v1::CreateTemplateTokenRequest token;
    users::v1::ConfirmInstanceRequest instance;

    grpc::Status GetUser(grpc::ServerContext* context, const users::v1::GetUserRequest* request, users::v1::User* user) override {
      got = *request;
      user->set_user_id(request->user_id());
      user->set_first_name("Ada");
      user->set_email("ada@example.com");
      return Answer(*context);
    }
    grpc::Status UpdateUser(grpc::ServerContext* context, const users::v1::UpdateUserRequest* request,
                            users::v1::User* user) override {
      updated = *request;
      *user = request->user();
      return Answer(*context);
    }
    grpc::Status DeleteUser(grpc::ServerContext* context, const users::v1::DeleteUserRequest* request,
                            google::protobuf::Empty*) override {
      deleted = *request;
      return Answer(*context);
    }
    grpc::Status CreateTemplateToken(grpc::ServerContext* context, const users::v1::CreateTemplateTokenRequest* request,
                                     users::v1::CreateTemplateTokenResponse* response) override {
      token = *request;
      response->set_jwt("a.b.c");
      return Answer(*context);
    }
    grpc::Status ConfirmInstance(grpc::ServerContext* context, const users::v1::ConfirmInstanceRequest* request,
                                 google::protobuf::Empty*) override {
      instance = *request;
      return Answer(*context);
    }

   private:
    grpc::Status Answer(const grpc::ServerContext& context) {
      const auto call = runtime::ReadCallContext(context, std::chrono::minutes(1));
      if (call) principal = runtime::ToString(call->principal);
      ++calls;
      return refusal ? runtime::ToGrpcStatus(*refusal, "users.inkwell") : grpc::Status::OK;
    }
  };

  class Posts final : public posts::v1::PostService::Service {
   public:
    std::optional<runtime::Error> refusal;  // after `messages` messages
    int messages = 2;
    std::string principal;
    std::atomic<bool> cancelled{false};
    posts::v1::ListPublishedPostsRequest listed;

    grpc::Status ListPublishedPosts(grpc::ServerContext* context, const posts::v1::ListPublishedPostsRequest* request,
                                    posts::v1::ListPublishedPostsResponse* response) override {
      listed = *request;
      const auto call = runtime::ReadCallContext(*context, std::chrono::minutes(1));
      if (call) principal = runtime::ToString(call->principal);
      AddPost(*response->add_posts(), 1);
      response->set_next_page_token("next");
      return Status();
    }
    grpc::Status ExportPosts(grpc::ServerContext*, const posts::v1::ExportPostsRequest*,
                             grpc::ServerWriter<posts::v1::ExportPostsResponse>* writer) override {
      for (int i = 0; i < messages; ++i) {
        posts::v1::ExportPostsResponse message;
        AddPost(*message.add_posts(), 2 * i);
        AddPost(*message.add_posts(), 2 * i + 1);
        if (writer->Write(message)) continue;
        cancelled = true;  // the call is over; ServerContext::IsCancelled may learn of it a little later
        break;
      }
      return Status();
    }

   private:
    static void AddPost(posts::v1::Post& post, int number) {
      post.set_id("0190a1b2-0000-7000-8000-00000000000" + std::to_string(number % 10));
      post.set_title("Post " + std::to_string(number));
      post.set_author_id("user_2abc");
    }
    [[nodiscard]] grpc::Status Status() const {
      return refusal ? runtime::ToGrpcStatus(*refusal, "posts.inkwell") : grpc::Status::OK;
    }
  };

  FakeServices() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&users);
    builder.RegisterService(&posts);
    server_ = builder.BuildAndStart();
  }

  [[nodiscard]] std::shared_ptr<users::v1::UserService::StubInterface> UsersStub() {
    return users::v1::UserService::NewStub(server_->InProcessChannel({}));
  }
  [[nodiscard]] std::shared_ptr<posts::v1::PostService::StubInterface> PostsStub() {
    return posts::v1::PostService::NewStub(server_->InProcessChannel({}));
  }

  Users users;
  Posts posts;

 private:
  std::unique_ptr<grpc::Server> server_;  // last: it ends before what it calls
};

}  // namespace inkwell::gateway
