#include "gateway/handlers/post_json.h"

#include <cstddef>

#include "gateway/handlers/timestamp.h"
#include "gateway/http/json_text.h"
#include "inkwell/posts/v1/posts.pb.h"

namespace inkwell::gateway {
namespace {

// Names, punctuation, id, times and a typical author id.
constexpr std::size_t kBytesBesideText = 240;

std::size_t SizeHint(const posts::v1::Post& post) {
  return kBytesBesideText + post.title().size() + post.content().size() + post.content().size() / 16;
}

template <typename Page>
std::string RenderPage(const Page& page) {
  std::size_t size = 64 + page.next_page_token().size();
  for (const posts::v1::Post& post : page.posts()) size += SizeHint(post);
  std::string out;
  out.reserve(size);
  out += R"({"posts":[)";
  bool first = true;
  for (const posts::v1::Post& post : page.posts()) {
    if (!first) out += ',';
    first = false;
    AppendPost(out, post);
  }
  out += R"(],"nextCursor":)";
  if (page.next_page_token().empty()) {
    out += "null";
  } else {
    AppendJsonString(out, page.next_page_token());
  }
  out += '}';
  return out;
}

}  // namespace

void AppendPost(std::string& out, const posts::v1::Post& post) {
  out += R"({"id":)";
  AppendJsonString(out, post.id());
  out += R"(,"title":)";
  AppendJsonString(out, post.title());
  out += R"(,"content":)";
  if (post.has_content()) {
    AppendJsonString(out, post.content());
  } else {
    out += "null";
  }
  out += post.published() ? R"(,"published":true,"authorId":)" : R"(,"published":false,"authorId":)";
  AppendJsonString(out, post.author_id());
  out += R"(,"createdAt":)";
  AppendTimestamp(out, post.create_time());
  out += R"(,"updatedAt":)";
  AppendTimestamp(out, post.update_time());
  out += '}';
}

std::string RenderPost(const posts::v1::Post& post) {
  std::string out;
  out.reserve(SizeHint(post));
  AppendPost(out, post);
  return out;
}

std::string RenderPostList(const posts::v1::ListPostsResponse& page) { return RenderPage(page); }

std::string RenderPostList(const posts::v1::ListPublishedPostsResponse& page) { return RenderPage(page); }

}  // namespace inkwell::gateway
