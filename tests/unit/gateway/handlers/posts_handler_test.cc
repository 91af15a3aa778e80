#include "gateway/handlers/posts_handler.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "runtime/call_context.h"
#include "runtime/error.h"
#include "tests/unit/gateway/exchange.h"

namespace inkwell::gateway {
namespace {

using posts::v1::Post;

constexpr const char* kId = "0190a1b2-0000-7000-8000-000000000001";

// Answers what the test sets, and keeps what it was asked.
class FakePosts final : public posts::v1::PostService::Service {
 public:
  runtime::Error refusal;  // used when refuse is true
  bool refuse = false;
  int calls = 0;
  std::string principal;
  std::string request_id;
  std::chrono::system_clock::time_point deadline;
  posts::v1::CreatePostRequest created;
  posts::v1::ListPostsRequest listed;
  posts::v1::UpdatePostRequest updated;
  posts::v1::DeletePostRequest deleted;

  grpc::Status CreatePost(grpc::ServerContext* context, const posts::v1::CreatePostRequest* request, Post* post) override {
    created = *request;
    return Answer(*context, *post);
  }
  grpc::Status GetPost(grpc::ServerContext* context, const posts::v1::GetPostRequest*, Post* post) override {
    return Answer(*context, *post);
  }
  grpc::Status ListPosts(grpc::ServerContext* context, const posts::v1::ListPostsRequest* request,
                         posts::v1::ListPostsResponse* page) override {
    listed = *request;
    page->set_next_page_token("next");
    return Answer(*context, *page->add_posts());
  }
  grpc::Status UpdatePost(grpc::ServerContext* context, const posts::v1::UpdatePostRequest* request, Post* post) override {
    updated = *request;
    return Answer(*context, *post);
  }
  grpc::Status DeletePost(grpc::ServerContext* context, const posts::v1::DeletePostRequest* request,
                          google::protobuf::Empty*) override {
    deleted = *request;
    Post unused;
    return Answer(*context, unused);
  }

 private:
  grpc::Status Answer(const grpc::ServerContext& context, Post& post) {
    ++calls;
    deadline = context.deadline();
    const auto read = runtime::ReadCallContext(context, std::chrono::minutes(1));
    if (read) {
      principal = runtime::ToString(read->principal);
      request_id = read->request_id;
    }
    if (refuse) return runtime::ToGrpcStatus(refusal, "posts.inkwell");
    post.set_id(kId);
    post.set_title("A title");
    post.set_author_id("user_2abc");
    post.set_etag("e1");
    return grpc::Status::OK;
  }
};

class PostsHandlerTest : public testing::Test {
 protected:
  using Method = void (PostsHandler::*)(const RequestInfo&, const runtime::Principal&, Reply) const;

  PostsHandlerTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&posts);
    server_ = builder.BuildAndStart();
    handler_ = std::make_unique<PostsHandler>(posts::v1::PostService::NewStub(server_->InProcessChannel({})), [] {
      return std::chrono::system_clock::time_point(std::chrono::seconds(1'767'225'600));
    });
  }

  Response Run(Method method, Exchange::Parts parts) {
    const Exchange exchange(std::move(parts));
    (*handler_.*method)(exchange.request(), {runtime::Principal::Kind::kUser, "user_2abc"}, exchange.reply());
    auto answer = exchange.Answer();
    EXPECT_TRUE(answer.has_value());
    return std::move(answer).value_or(Response{});
  }

  static Exchange::Parts JsonBody(std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
    headers.emplace_back("Content-Type", "application/json");
    return {.method = "POST",
            .target = "/api/posts",
            .headers = std::move(headers),
            .body = std::move(body),
            .path_parameters = {{"id", kId}}};
  }

  static std::string ReasonOf(const Response& response) { return nlohmann::json::parse(response.body.view())["reason"]; }

  FakePosts posts;

 private:
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<PostsHandler> handler_;
};

TEST_F(PostsHandlerTest, CreatesForTheSignedInUserWithAnIdOfItsOwn) {
  const Response response = Run(&PostsHandler::Create, JsonBody(R"({"title":"T","content":"C","published":true})"));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(HeaderOf(response, "Location"), std::string("/api/posts/") + kId);
  EXPECT_EQ(HeaderOf(response, "ETag"), "\"e1\"");
  EXPECT_EQ(posts.created.author_id(), "user_2abc");
  EXPECT_EQ(posts.created.post().title(), "T");
  EXPECT_EQ(posts.created.post().content(), "C");
  EXPECT_TRUE(posts.created.post().published());
  EXPECT_EQ(posts.created.post_id().substr(0, 13), "019b76da-a800");  // 2026-01-01 00:00:00 UTC
  EXPECT_EQ(posts.created.idempotency_key(), "");
}

TEST_F(PostsHandlerTest, TellsTheServiceWhoAsksAndUntilWhen) {
  const auto before = std::chrono::system_clock::now();
  Run(&PostsHandler::List, {.target = "/api/posts", .timeout = std::chrono::milliseconds(5000)});
  EXPECT_EQ(posts.principal, "user:user_2abc");
  EXPECT_EQ(posts.request_id, "request-1");
  EXPECT_GT(posts.deadline, before);
  EXPECT_LT(posts.deadline, before + std::chrono::seconds(10));
}

TEST_F(PostsHandlerTest, HandsTheIdempotencyKeyOn) {
  Run(&PostsHandler::Create, JsonBody(R"({"title":"T"})", {{"Idempotency-Key", "k 1"}}));
  EXPECT_EQ(posts.created.idempotency_key(), "k 1");
}

TEST_F(PostsHandlerTest, RefusesABadCreateWithoutACall) {
  EXPECT_EQ(Run(&PostsHandler::Create, JsonBody("{}")).status, 400);
  EXPECT_EQ(Run(&PostsHandler::Create, JsonBody("nonsense")).status, 400);
  EXPECT_EQ(Run(&PostsHandler::Create, {.body = R"({"title":"T"})"}).status, 415);
  EXPECT_EQ(Run(&PostsHandler::Create, JsonBody(R"({"title":"T"})", {{"Idempotency-Key", "\x80"}})).status, 400);
  EXPECT_EQ(posts.calls, 0);
}

TEST_F(PostsHandlerTest, ListsWithLimitCursorAndQuery) {
  const Response response = Run(&PostsHandler::List, {.target = "/api/posts?limit=7&cursor=c&q=n%C3%A9"});
  EXPECT_EQ(response.status, 200);
  const auto body = nlohmann::json::parse(response.body.view());
  EXPECT_EQ(body["posts"].size(), 1U);
  EXPECT_EQ(body["nextCursor"], "next");
  EXPECT_EQ(posts.listed.author_id(), "user_2abc");
  EXPECT_EQ(posts.listed.page_size(), 7);
  EXPECT_EQ(posts.listed.page_token(), "c");
  EXPECT_EQ(posts.listed.query(), "né");
}

TEST_F(PostsHandlerTest, AnswersNotFoundForWhatIsNoUuidWithoutACall) {
  for (const Method method : {&PostsHandler::Get, &PostsHandler::Update, &PostsHandler::Delete}) {
    const Response response = Run(method, {.path_parameters = {{"id", "42"}}});
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(ReasonOf(response), "POST_NOT_FOUND");
  }
  EXPECT_EQ(posts.calls, 0);
}

TEST_F(PostsHandlerTest, HeedsTheConditionsOfAGet) {
  const auto get = [this](std::string name, std::string value) {
    return Run(&PostsHandler::Get, {.headers = {{std::move(name), std::move(value)}}, .path_parameters = {{"id", kId}}});
  };
  const Response unchanged = get("If-None-Match", "\"other\", W/\"e1\"");
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.body.view(), "");
  EXPECT_EQ(HeaderOf(unchanged, "ETag"), "\"e1\"");
  EXPECT_EQ(get("If-None-Match", "\"e0\"").status, 200);
  EXPECT_EQ(get("If-Match", "\"e1\"").status, 200);
  EXPECT_EQ(get("If-Match", "\"e0\"").status, 412);
  EXPECT_EQ(get("If-Match", "e1").status, 400);
  posts.refuse = true;
  posts.refusal = {runtime::Code::kNotFound, "POST_NOT_FOUND", "Post not found", {}};
  EXPECT_EQ(get("If-Match", "W/\"e1\"").status, 404);
}

TEST_F(PostsHandlerTest, NamesTheParametersOfAListAsTheClientDoes) {
  posts.refuse = true;
  posts.refusal = {runtime::Code::kInvalidArgument, "INVALID_FIELD", "Too long.", {{"field", "query"}}};
  EXPECT_EQ(nlohmann::json::parse(Run(&PostsHandler::List, {.target = "/api/posts?q=x"}).body.view())["field"], "q");
  posts.refusal = {runtime::Code::kInvalidArgument, "INVALID_PAGE_TOKEN", "The page token is not one.", {}};
  const auto problem = nlohmann::json::parse(Run(&PostsHandler::List, {.target = "/api/posts?cursor=x"}).body.view());
  EXPECT_EQ(problem["field"], "cursor");
  EXPECT_EQ(problem["detail"], "The cursor is not one that an earlier answer gave out for this query.");
}

TEST_F(PostsHandlerTest, UpdatesOnlyWhatTheBodyNames) {
  Run(&PostsHandler::Update, JsonBody(R"({"content":null})", {{"If-Match", "\"e0\""}}));
  ASSERT_EQ(posts.updated.update_mask().paths_size(), 1);
  EXPECT_EQ(posts.updated.update_mask().paths(0), "content");
  EXPECT_FALSE(posts.updated.post().has_content());
  EXPECT_EQ(posts.updated.post().id(), kId);
  EXPECT_EQ(posts.updated.post().author_id(), "user_2abc");
  EXPECT_EQ(posts.updated.etag(), "e0");
}

TEST_F(PostsHandlerTest, RefusesAnUpdateThatNamesNothing) {
  const Response response = Run(&PostsHandler::Update, JsonBody("{}"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(ReasonOf(response), "NOTHING_TO_CHANGE");
  EXPECT_EQ(posts.calls, 0);
}

TEST_F(PostsHandlerTest, DeletesWithoutABody) {
  const Response response = Run(&PostsHandler::Delete, {.headers = {{"If-Match", "*"}}, .path_parameters = {{"id", kId}}});
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body.view(), "");
  EXPECT_EQ(posts.deleted.post_id(), kId);
  EXPECT_EQ(posts.deleted.etag(), "");
}

TEST_F(PostsHandlerTest, AnswersTheServicesRefusalAsAProblem) {
  posts.refuse = true;
  posts.refusal = {runtime::Code::kNotFound, "USER_NOT_FOUND", "nobody", {}};
  const Response response = Run(&PostsHandler::Create, JsonBody(R"({"title":"T"})"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(nlohmann::json::parse(response.body.view())["detail"], "User not found");
}

// The id is of our own clock: the client can mend nothing about it.
TEST_F(PostsHandlerTest, ClocksThatAreApartAreNotTheClientsFault) {
  posts.refuse = true;
  posts.refusal = {runtime::Code::kInvalidArgument, "INVALID_FIELD", "The time is off.", {{"field", "post_id"}}};
  const Response response = Run(&PostsHandler::Create, JsonBody(R"({"title":"T"})"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(ReasonOf(response), "CLOCKS_APART");
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "1");
  posts.refusal.metadata["field"] = "title";
  EXPECT_EQ(Run(&PostsHandler::Create, JsonBody(R"({"title":"T"})")).status, 400);
}

TEST_F(PostsHandlerTest, DoesNotRepeatWhatTheServiceItselfRefused) {
  posts.refuse = true;
  posts.refusal = {runtime::Code::kUnavailable, "OVERLOADED", "full", {}};
  EXPECT_EQ(Run(&PostsHandler::Create, JsonBody(R"({"title":"T"})")).status, 503);
  EXPECT_EQ(posts.calls, 1);
}

TEST_F(PostsHandlerTest, RepeatsACreateOnceWithTheSameIdWhenTheConnectionBroke) {
  // A status without ErrorInfo is one that gRPC made: the outcome is unknown.
  class BreaksOnce final : public posts::v1::PostService::Service {
   public:
    std::vector<std::string> ids;
    grpc::Status CreatePost(grpc::ServerContext*, const posts::v1::CreatePostRequest* request, Post* post) override {
      ids.push_back(request->post_id());
      if (ids.size() == 1) return {grpc::StatusCode::UNAVAILABLE, "Socket closed"};
      post->set_id(request->post_id());
      return grpc::Status::OK;
    }
  };
  BreaksOnce service;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const PostsHandler handler(posts::v1::PostService::NewStub(server->InProcessChannel({})),
                             [] { return std::chrono::system_clock::now(); });
  const Exchange exchange(JsonBody(R"({"title":"T"})"));
  handler.Create(exchange.request(), {runtime::Principal::Kind::kUser, "user_2abc"}, exchange.reply());
  const auto answer = exchange.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 201);
  ASSERT_EQ(service.ids.size(), 2U);
  EXPECT_EQ(service.ids[0], service.ids[1]);
}

TEST_F(PostsHandlerTest, DoesNotRepeatAnUpdate) {
  class AlwaysBreaks final : public posts::v1::PostService::Service {
   public:
    int calls = 0;
    grpc::Status UpdatePost(grpc::ServerContext*, const posts::v1::UpdatePostRequest*, Post*) override {
      ++calls;
      return {grpc::StatusCode::UNAVAILABLE, "Socket closed"};
    }
  };
  AlwaysBreaks service;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const PostsHandler handler(posts::v1::PostService::NewStub(server->InProcessChannel({})),
                             [] { return std::chrono::system_clock::now(); });
  const Exchange exchange(JsonBody(R"({"title":"T"})"));
  handler.Update(exchange.request(), {runtime::Principal::Kind::kUser, "user_2abc"}, exchange.reply());
  const auto answer = exchange.Answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(HeaderOf(*answer, "Retry-After"), "1");
  EXPECT_EQ(service.calls, 1);
}

}  // namespace
}  // namespace inkwell::gateway
