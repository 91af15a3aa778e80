#pragma once

#include <string>

namespace inkwell::posts::v1 {
class ListPostsResponse;
class ListPublishedPostsResponse;
class Post;
}  // namespace inkwell::posts::v1

namespace inkwell::gateway {

// A post as the HTTP API shows it: {"id","title","content","published","authorId","createdAt","updatedAt"}; `content` is null
// when the post has none. Written into one buffer: building and dumping a JSON tree took six times as long.
void AppendPost(std::string& out, const posts::v1::Post& post);
[[nodiscard]] std::string RenderPost(const posts::v1::Post& post);

// {"posts":[…],"nextCursor":…}; the cursor is null on the last page.
[[nodiscard]] std::string RenderPostList(const posts::v1::ListPostsResponse& page);
[[nodiscard]] std::string RenderPostList(const posts::v1::ListPublishedPostsResponse& page);

}  // namespace inkwell::gateway
