#pragma once

#include <vector>

#include "inkwell/posts/v1/posts.pb.h"
#include "posts-service/post.h"
#include "posts-service/requests.h"

// Messages of inkwell.posts.v1 to our requests, and our posts to messages.
namespace inkwell::posts {

[[nodiscard]] CreateRequest FromProto(const v1::CreatePostRequest& message);
[[nodiscard]] GetRequest FromProto(const v1::GetPostRequest& message);
[[nodiscard]] ListRequest FromProto(const v1::ListPostsRequest& message);
// INVALID_ARGUMENT / INVALID_FIELD where the mask names another field than title, content and published.
[[nodiscard]] runtime::Result<UpdateRequest> FromProto(const v1::UpdatePostRequest& message);
[[nodiscard]] ListPublishedRequest FromProto(const v1::ListPublishedPostsRequest& message);
[[nodiscard]] ExportRequest FromProto(const v1::ExportPostsRequest& message);
[[nodiscard]] DeleteRequest FromProto(const v1::DeletePostRequest& message);

void ToProto(Post post, v1::Post& message);
void ToProto(PostPage page, v1::ListPostsResponse& message);
void ToProto(PostPage page, v1::ListPublishedPostsResponse& message);
void ToProto(std::vector<Post> posts, v1::ExportPostsResponse& message);

}  // namespace inkwell::posts
