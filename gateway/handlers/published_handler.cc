#include "gateway/handlers/published_handler.h"

#include <algorithm>
#include <utility>

#include "gateway/handlers/author_page.h"
#include "gateway/handlers/cached_answer.h"
#include "gateway/handlers/post_json.h"
#include "gateway/handlers/request_parts.h"
#include "gateway/handlers/service_error.h"
#include "gateway/http/problem.h"
#include "gateway/http/response.h"

namespace inkwell::gateway {
namespace {

using posts::v1::ListPublishedPostsResponse;
using users::v1::User;

// No user stands behind a public page.
runtime::Principal Gateway() { return {runtime::Principal::Kind::kService, "gateway"}; }

constexpr const char* kPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// What is no user id is the id of no user; it need not travel to the service to be told so.
bool IsUserId(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

Problem NoSuchAuthor() { return {404, "USER_NOT_FOUND", "User not found"}; }

}  // namespace

// A request that passed the checks.
struct PublishedHandler::Question {
  RequestInfo request;
  ListQuery query;
  Render render;
  std::string origin;

  [[nodiscard]] AuthorPage PageOf(const User& author, const ListPublishedPostsResponse& posts) const {
    return {author, posts, origin, query.cursor.empty()};
  }
};

PublishedHandler::PublishedHandler(std::shared_ptr<Users> users, std::shared_ptr<Posts> posts, std::string public_url)
    : public_url_(std::move(public_url)), posts_(std::move(posts)), users_(std::move(users)) {}

void PublishedHandler::List(const RequestInfo& request, Reply reply) const {
  Answer(request, std::move(reply), [](const Question& question, const User&, const ListPublishedPostsResponse& posts) {
    return Revalidated(question.request, JsonResponse(200, RenderPostList(posts)));
  });
}

void PublishedHandler::Page(const RequestInfo& request, Reply reply) const {
  Answer(request, std::move(reply), [](const Question& question, const User& author, const ListPublishedPostsResponse& posts) {
    Response page = HtmlResponse(200, RenderAuthorPage(question.PageOf(author, posts)));
    page.headers.push_back({"Content-Security-Policy", kPolicy});
    return Revalidated(question.request, std::move(page));
  });
}

void PublishedHandler::Feed(const RequestInfo& request, Reply reply) const {
  Answer(request, std::move(reply), [](const Question& question, const User& author, const ListPublishedPostsResponse& posts) {
    Response feed{200, "application/atom+xml; charset=utf-8", RenderAtomFeed(question.PageOf(author, posts)), {}};
    return Revalidated(question.request, std::move(feed));
  });
}

void PublishedHandler::Answer(const RequestInfo& request, Reply reply, Render render) const {
  auto query = ParseListQuery(request.target());
  if (!query) return std::move(reply).Fail(query.error());
  if (!IsUserId(request.PathParameter("authorId"))) return std::move(reply).Fail(NoSuchAuthor());
  std::string origin = public_url_.empty() ? "http://" + std::string(request.Header("Host").value_or("localhost")) : public_url_;
  users::v1::GetUserRequest call;
  call.set_user_id(std::string(request.PathParameter("authorId")));
  call.set_source(users::v1::GetUserRequest::SOURCE_COPY);
  Question question{request, *std::move(query), render, std::move(origin)};
  StartCall(users_, &Users::async_interface::GetUser, CallFor(request, Gateway()), std::move(call), Retry::kOnceIfConnectionBroke,
            [this, question = std::move(question), reply = std::move(reply)](runtime::Result<User> author) mutable {
              if (author) return AskPosts(std::move(question), *std::move(author), std::move(reply));
              Response refusal = ErrorResponse(author.error(), reply.request_id());
              std::move(reply).Send(std::move(refusal));
            });
}

void PublishedHandler::AskPosts(Question question, User author, Reply reply) const {
  posts::v1::ListPublishedPostsRequest call;
  call.set_author_id(author.user_id());
  call.set_page_size(question.query.limit);
  call.set_page_token(question.query.cursor);
  const RequestInfo request = question.request;
  StartCall(posts_, &Posts::async_interface::ListPublishedPosts, CallFor(request, Gateway()), std::move(call),
            Retry::kOnceIfConnectionBroke,
            [question = std::move(question), author = std::move(author),
             reply = std::move(reply)](runtime::Result<ListPublishedPostsResponse> posts) mutable {
              Response response =
                  posts ? question.render(question, author, *posts) : ErrorResponse(posts.error(), reply.request_id());
              std::move(reply).Send(std::move(response));
            });
}

}  // namespace inkwell::gateway
