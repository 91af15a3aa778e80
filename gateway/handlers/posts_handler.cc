#include "gateway/handlers/posts_handler.h"

#include <string>
#include <string_view>
#include <utility>

#include "gateway/handlers/cached_answer.h"
#include "gateway/handlers/post_json.h"
#include "gateway/handlers/post_request.h"
#include "gateway/handlers/service_call.h"
#include "gateway/http/problem.h"
#include "gateway/http/request_parts.h"
#include "gateway/http/response.h"
#include "gateway/http/service_error.h"
#include "gateway/uuid_v7.h"
#include "runtime/log.h"

namespace inkwell::gateway {
namespace {

using posts::v1::Post;
using Async = PostsHandler::Stub::async_interface;

// What is no UUID is the id of no post; it need not travel to the service to be told so.
Problem NoSuchPost() { return {404, "POST_NOT_FOUND", "Post not found"}; }

Response PostResponse(int status, const Post& post) {
  Response response = JsonResponse(status, RenderPost(post));
  response.headers.push_back({"ETag", '"' + post.etag() + '"'});
  if (status == 201) response.headers.push_back({"Location", "/api/posts/" + post.id()});
  return response;
}

// Answers with the post, or with the service's error as a problem.
auto SendPost(int status, Reply reply) {
  return [status, reply = std::move(reply)](runtime::Result<Post> post) mutable {
    Response response = post ? PostResponse(status, *post) : ErrorResponse(post.error(), reply.request_id());
    std::move(reply).Send(std::move(response));
  };
}

// As SendPost, on the conditions of the request (RFC 9110 section 13.2.2).
auto SendPostIf(const RequestInfo& request, std::string demanded, Reply reply) {
  return [request, demanded = std::move(demanded), reply = std::move(reply)](runtime::Result<Post> post) mutable {
    if (!post) return SendPost(200, std::move(reply))(std::move(post));
    if (!demanded.empty() && demanded != post->etag()) {
      return std::move(reply).Fail(Problem{412, "ETAG_MISMATCH", "The post was changed since it was read."});
    }
    Response response = PostResponse(200, *post);
    if (HasContent(request, '"' + post->etag() + '"')) {
      response.status = 304;
      response.body = Body();
    }
    std::move(reply).Send(std::move(response));
  };
}

// A new post's id is made here, of our clock: that it is refused means that the services' clocks are minutes apart, which no
// client can mend.
runtime::Error NotTheClientsFault(const runtime::Error& error, std::string_view request_id) {
  const auto field = error.metadata.find("field");
  if (error.reason != "INVALID_FIELD" || field == error.metadata.end() || field->second != "post_id") return error;
  runtime::log::Error("posts-service refuses the id of a new post: are both clocks right?", {{"request_id", request_id}});
  return {runtime::Code::kUnavailable, "CLOCKS_APART", error.message, {}};
}

void Set(Post& post, PostFields&& fields) {
  if (fields.title) post.set_title(*std::move(fields.title));
  if (fields.content) post.set_content(*std::move(fields.content));
  if (fields.published) post.set_published(*fields.published);
}

Parsed<PostFields> ReadPostFields(const RequestInfo& request) {
  if (auto json = RequireJson(request); !json) return tl::unexpected(json.error());
  return ParsePostFields(request.body());
}

}  // namespace

PostsHandler::PostsHandler(Service<Stub> posts, WallClock clock) : posts_(std::move(posts)), clock_(std::move(clock)) {}

void PostsHandler::List(const RequestInfo& request, const runtime::Principal& user, Reply reply) const {
  auto query = ParseListQuery(request.target());
  if (!query) return std::move(reply).Fail(query.error());
  posts::v1::ListPostsRequest call;
  call.set_author_id(user.id);
  call.set_page_size(query->limit);
  call.set_page_token(std::move(query->cursor));
  call.set_query(std::move(query->query));
  StartCall(posts_, &Async::ListPosts, CallFor(request, user), std::move(call), Retry::kOnceIfConnectionBroke,
            [reply = std::move(reply)](runtime::Result<posts::v1::ListPostsResponse> page) mutable {
              Response response =
                  page ? JsonResponse(200, RenderPostList(*page)) : ErrorResponse(ListProblem(page.error()), reply.request_id());
              std::move(reply).Send(std::move(response));
            });
}

void PostsHandler::Create(const RequestInfo& request, const runtime::Principal& user, Reply reply) const {
  auto fields = ReadPostFields(request);
  if (!fields) return std::move(reply).Fail(fields.error());
  if (!fields->title) {
    return std::move(reply).Fail(Problem{400, "INVALID_FIELD", "A post needs a title.", {{"field", "title"}}});
  }
  auto key = IdempotencyKey(request);
  if (!key) return std::move(reply).Fail(key.error());
  posts::v1::CreatePostRequest call;
  call.set_author_id(user.id);
  call.set_post_id(MakeUuidV7(clock_()));  // made here, so that a repeated call cannot make a second post
  call.set_idempotency_key(*std::move(key));
  Set(*call.mutable_post(), *std::move(fields));
  StartCall(posts_, &Async::CreatePost, CallFor(request, user), std::move(call), Retry::kOnceIfConnectionBroke,
            [id = std::string(request.request_id()), send = SendPost(201, std::move(reply))](runtime::Result<Post> post) mutable {
              if (!post) post = tl::unexpected<runtime::Error>(NotTheClientsFault(post.error(), id));
              send(std::move(post));
            });
}

void PostsHandler::Get(const RequestInfo& request, const runtime::Principal& user, Reply reply) const {
  const std::string_view id = request.PathParameter("id");
  if (!IsUuid(id)) return std::move(reply).Fail(NoSuchPost());
  auto etag = IfMatch(request);
  if (!etag) return std::move(reply).Fail(etag.error());
  posts::v1::GetPostRequest call;
  call.set_author_id(user.id);
  call.set_post_id(std::string(id));
  StartCall(posts_, &Async::GetPost, CallFor(request, user), std::move(call), Retry::kOnceIfConnectionBroke,
            SendPostIf(request, *std::move(etag), std::move(reply)));
}

void PostsHandler::Update(const RequestInfo& request, const runtime::Principal& user, Reply reply) const {
  const std::string_view id = request.PathParameter("id");
  if (!IsUuid(id)) return std::move(reply).Fail(NoSuchPost());
  auto fields = ReadPostFields(request);
  if (!fields) return std::move(reply).Fail(fields.error());
  auto etag = ChangePrecondition(request);
  if (!etag) return std::move(reply).Fail(etag.error());
  posts::v1::UpdatePostRequest call;
  if (fields->title) call.mutable_update_mask()->add_paths("title");
  if (fields->names_content) call.mutable_update_mask()->add_paths("content");
  if (fields->published) call.mutable_update_mask()->add_paths("published");
  if (call.update_mask().paths().empty()) {
    return std::move(reply).Fail(Problem{400, "NOTHING_TO_CHANGE", "Name at least one of title, content and published."});
  }
  Set(*call.mutable_post(), *std::move(fields));
  call.mutable_post()->set_author_id(user.id);
  call.mutable_post()->set_id(std::string(id));
  call.set_etag(*std::move(etag));
  StartCall(posts_, &Async::UpdatePost, CallFor(request, user), std::move(call), Retry::kNever, SendPost(200, std::move(reply)));
}

void PostsHandler::Delete(const RequestInfo& request, const runtime::Principal& user, Reply reply) const {
  const std::string_view id = request.PathParameter("id");
  if (!IsUuid(id)) return std::move(reply).Fail(NoSuchPost());
  auto etag = ChangePrecondition(request);
  if (!etag) return std::move(reply).Fail(etag.error());
  posts::v1::DeletePostRequest call;
  call.set_author_id(user.id);
  call.set_post_id(std::string(id));
  call.set_etag(*std::move(etag));
  StartCall(posts_, &Async::DeletePost, CallFor(request, user), std::move(call), Retry::kNever,
            [reply = std::move(reply)](runtime::Result<google::protobuf::Empty> deleted) mutable {
              Response response = deleted ? EmptyResponse(204) : ErrorResponse(deleted.error(), reply.request_id());
              std::move(reply).Send(std::move(response));
            });
}

}  // namespace inkwell::gateway
