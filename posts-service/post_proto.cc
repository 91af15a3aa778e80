#include "posts-service/post_proto.h"

#include <utility>

#include "posts-service/errors.h"

namespace inkwell::posts {
namespace {

std::optional<std::string> ContentOf(const v1::Post& post) {
  if (!post.has_content()) return std::nullopt;
  return post.content();
}

void SetTime(Timestamp time, google::protobuf::Timestamp& message) {
  const auto since_epoch = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  message.set_seconds(seconds.count());
  message.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds(since_epoch - seconds).count()));
}

}  // namespace

CreateRequest FromProto(const v1::CreatePostRequest& message) {
  const v1::Post& post = message.post();
  return {message.author_id(), post.title(), ContentOf(post), post.published(), message.post_id(), message.idempotency_key()};
}

GetRequest FromProto(const v1::GetPostRequest& message) { return {message.author_id(), message.post_id()}; }

ListRequest FromProto(const v1::ListPostsRequest& message) {
  return {message.author_id(), message.page_size(), message.page_token(), message.query()};
}

runtime::Result<UpdateRequest> FromProto(const v1::UpdatePostRequest& message) {
  const v1::Post& post = message.post();
  UpdateRequest request;
  request.author_id = post.author_id();
  request.post_id = post.id();
  request.etag = message.etag();
  for (const std::string& path : message.update_mask().paths()) {
    if (path == "title") {
      request.title = post.title();
    } else if (path == "content") {
      request.sets_content = true;
      request.content = ContentOf(post);
    } else if (path == "published") {
      request.published = post.published();
    } else {
      return tl::unexpected<runtime::Error>(
          InvalidField("update_mask", "The update mask may name title, content and published only."));
    }
  }
  return request;
}

ListPublishedRequest FromProto(const v1::ListPublishedPostsRequest& message) {
  return {message.author_id(), message.page_size(), message.page_token()};
}

ExportRequest FromProto(const v1::ExportPostsRequest& message) { return {message.author_id()}; }

DeleteRequest FromProto(const v1::DeletePostRequest& message) { return {message.author_id(), message.post_id(), message.etag()}; }

void ToProto(Post post, v1::Post& message) {
  message.set_id(post.id.ToString());
  message.set_author_id(std::move(post.author_id));
  message.set_title(std::move(post.title));
  if (post.content) message.set_content(*std::move(post.content));
  message.set_published(post.published);
  SetTime(post.id.time(), *message.mutable_create_time());
  SetTime(post.update_time, *message.mutable_update_time());
  message.set_etag(MakeEtag(post.update_time));
}

namespace {

void AddPosts(std::vector<Post> posts, google::protobuf::RepeatedPtrField<v1::Post>& messages) {
  messages.Reserve(static_cast<int>(posts.size()));
  for (Post& post : posts) ToProto(std::move(post), *messages.Add());
}

}  // namespace

void ToProto(PostPage page, v1::ListPostsResponse& message) {
  AddPosts(std::move(page.posts), *message.mutable_posts());
  message.set_next_page_token(std::move(page.next_page_token));
}

void ToProto(PostPage page, v1::ListPublishedPostsResponse& message) {
  AddPosts(std::move(page.posts), *message.mutable_posts());
  message.set_next_page_token(std::move(page.next_page_token));
}

void ToProto(std::vector<Post> posts, v1::ExportPostsResponse& message) { AddPosts(std::move(posts), *message.mutable_posts()); }

}  // namespace inkwell::posts
