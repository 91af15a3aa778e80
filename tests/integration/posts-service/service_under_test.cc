#include "tests/integration/posts-service/service_under_test.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "posts-service/post_rpc.h"
#include "runtime/call_context.h"
#include "runtime/grpc_client.h"

namespace inkwell::posts {
namespace {

constexpr std::chrono::seconds kTimeout{20};

Timestamp Now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

template <typename Response>
runtime::Result<Response> ResultOf(const grpc::Status& status, Response response) {
  if (!status.ok()) return tl::unexpected<runtime::Error>(runtime::FromGrpcStatus(status));
  return response;
}

void Prepare(grpc::ClientContext& context, const std::string& author_id, const std::string& as) {
  const auto principal = runtime::ParsePrincipal(as.empty() ? "user:" + author_id : as);
  ASSERT_TRUE(principal.has_value());
  runtime::WriteCallContext({*principal, "test", runtime::DeadlineAfter(kTimeout)}, context);
}

}  // namespace

ServiceUnderTest::ServiceUnderTest(PostWriter::Options writer_options)
    : database_(MakePostsDatabase(&url_)),
      database_name_(NameOf(url_)),
      registry_(std::make_shared<prometheus::Registry>()),
      metrics_(*registry_),
      posts(*database_),
      authors(*database_),
      directory_(runtime::MakeChannel(users.target(), {})),
      admission_(authors, directory_, metrics_, {}),
      writer(posts, admission_, metrics_, writer_options),
      reader_(posts, metrics_, {}),
      exporter_(posts, metrics_, {}),
      rpc_(MakePostRpc(reader_, exporter_, writer, metrics_, Now, serving_)) {
  runtime::GrpcServerOptions options;
  options.listen = "127.0.0.1:0";
  options.reflection = false;
  auto server = runtime::GrpcServer::Start(options, {rpc_.get()});
  EXPECT_TRUE(server.has_value());
  server_ = *std::move(server);
  stub_ = v1::PostService::NewStub(runtime::MakeChannel("127.0.0.1:" + std::to_string(server_->port()), {}));
}

ServiceUnderTest::~ServiceUnderTest() { users.Release(); }

std::string ServiceUnderTest::NameOf(const std::string& url) {
  const std::string path = url.substr(0, url.find('?'));
  return path.substr(path.rfind('/') + 1);
}

void ServiceUnderTest::Follow() {
  follower_.emplace(
      authors, directory_, metrics_, Now,
      AuthorsFollower::Options{.min_pause = std::chrono::milliseconds(10), .max_pause = std::chrono::milliseconds(50)});
  housekeeping_.emplace(
      authors, posts, directory_, [this] { return caught_up(); }, Now,
      Housekeeping::Options{.interval = std::chrono::milliseconds(20), .page = 2, .keys_at_once = 2});
}

void ServiceUnderTest::StopFollowing() {
  housekeeping_.reset();
  follower_.reset();
}

runtime::Error ServiceUnderTest::GetAsNobody(const std::string& author_id, const std::string& post_id) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kTimeout);
  v1::GetPostRequest request;
  request.set_author_id(author_id);
  request.set_post_id(post_id);
  v1::Post response;
  return runtime::FromGrpcStatus(stub_->GetPost(&context, request, &response));
}

runtime::Result<v1::Post> ServiceUnderTest::Create(const std::string& author_id, const std::string& title,
                                                   const CreateOptions& options) {
  grpc::ClientContext context;
  Prepare(context, author_id, options.as);
  v1::CreatePostRequest request;
  request.set_author_id(author_id);
  request.mutable_post()->set_title(title);
  if (options.content) request.mutable_post()->set_content(*options.content);
  request.mutable_post()->set_published(options.published);
  request.set_post_id(options.post_id);
  request.set_idempotency_key(options.key);
  v1::Post response;
  const auto status = stub_->CreatePost(&context, request, &response);
  return ResultOf(status, response);
}

runtime::Result<v1::Post> ServiceUnderTest::Get(const std::string& author_id, const std::string& post_id, const std::string& as) {
  grpc::ClientContext context;
  Prepare(context, author_id, as);
  v1::GetPostRequest request;
  request.set_author_id(author_id);
  request.set_post_id(post_id);
  v1::Post response;
  const auto status = stub_->GetPost(&context, request, &response);
  return ResultOf(status, response);
}

runtime::Result<v1::ListPostsResponse> ServiceUnderTest::List(const std::string& author_id, int page_size,
                                                              const std::string& page_token, const std::string& query) {
  grpc::ClientContext context;
  Prepare(context, author_id, "");
  v1::ListPostsRequest request;
  request.set_author_id(author_id);
  request.set_page_size(page_size);
  request.set_page_token(page_token);
  request.set_query(query);
  v1::ListPostsResponse response;
  const auto status = stub_->ListPosts(&context, request, &response);
  return ResultOf(status, response);
}

runtime::Result<v1::ListPublishedPostsResponse> ServiceUnderTest::ListPublished(const std::string& author_id, int page_size,
                                                                                const std::string& page_token) {
  grpc::ClientContext context;
  Prepare(context, author_id, "user:user_somebody_else");
  v1::ListPublishedPostsRequest request;
  request.set_author_id(author_id);
  request.set_page_size(page_size);
  request.set_page_token(page_token);
  v1::ListPublishedPostsResponse response;
  const auto status = stub_->ListPublishedPosts(&context, request, &response);
  return ResultOf(status, response);
}

runtime::Result<void> ServiceUnderTest::Export(const std::string& author_id,
                                               const std::function<bool(const v1::ExportPostsResponse&)>& take,
                                               const std::string& as) {
  grpc::ClientContext context;
  Prepare(context, author_id, as);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(2));
  v1::ExportPostsRequest request;
  request.set_author_id(author_id);
  const auto reader = stub_->ExportPosts(&context, request);
  v1::ExportPostsResponse response;
  while (reader->Read(&response)) {
    if (!take(response)) context.TryCancel();
  }
  const auto status = reader->Finish();
  if (!status.ok()) return tl::unexpected<runtime::Error>(runtime::FromGrpcStatus(status));
  return {};
}

runtime::Result<v1::Post> ServiceUnderTest::Rename(const std::string& author_id, const std::string& post_id,
                                                   const std::string& title, const std::string& etag) {
  grpc::ClientContext context;
  Prepare(context, author_id, "");
  v1::UpdatePostRequest request;
  request.mutable_post()->set_author_id(author_id);
  request.mutable_post()->set_id(post_id);
  request.mutable_post()->set_title(title);
  request.mutable_update_mask()->add_paths("title");
  request.set_etag(etag);
  v1::Post response;
  const auto status = stub_->UpdatePost(&context, request, &response);
  return ResultOf(status, response);
}

runtime::Result<void> ServiceUnderTest::Delete(const std::string& author_id, const std::string& post_id,
                                               const std::string& etag) {
  grpc::ClientContext context;
  Prepare(context, author_id, "");
  v1::DeletePostRequest request;
  request.set_author_id(author_id);
  request.set_post_id(post_id);
  request.set_etag(etag);
  google::protobuf::Empty response;
  const auto status = stub_->DeletePost(&context, request, &response);
  if (!status.ok()) return tl::unexpected<runtime::Error>(runtime::FromGrpcStatus(status));
  return {};
}

}  // namespace inkwell::posts
