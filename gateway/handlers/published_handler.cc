#include "gateway/handlers/published_handler.h"

#include <algorithm>
#include <utility>

#include "gateway/handlers/author_page.h"
#include "gateway/handlers/cached_answer.h"
#include "gateway/handlers/post_json.h"
#include "gateway/http/problem.h"
#include "gateway/http/request_parts.h"
#include "gateway/http/response.h"
#include "gateway/http/service_error.h"

namespace inkwell::gateway {
namespace {

using posts::v1::ListPublishedPostsResponse;
using users::v1::User;

constexpr const char* kPolicy =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// What is no user id is the id of no user; it need not travel to the service to be told so.
bool IsUserId(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

Problem NoSuchAuthor() { return {404, "USER_NOT_FOUND", "User not found"}; }

// The problem for a person who looks at a page.
Response RefusalPage(const Problem& problem, std::string_view request_id) {
  Response response = ErrorResponse(problem, request_id);
  response.content_type = "text/html; charset=utf-8";
  const std::string_view text =
      problem.status == 404 ? std::string_view("Nobody publishes here.") : std::string_view(problem.detail);
  response.body = Body(RenderRefusalPage(ReasonPhrase(problem.status), text));
  response.headers.push_back({"Content-Security-Policy", kPolicy});
  return response;
}

}  // namespace

// A request that passed the checks.
struct PublishedHandler::Question {
  RequestInfo request;
  ListQuery query;
  Form form;
  std::string origin;

  [[nodiscard]] AuthorPage PageOf(const User& author, const ListPublishedPostsResponse& posts) const {
    return {author, posts, origin, query.cursor, query.limit};
  }
};

PublishedHandler::PublishedHandler(Service<Users> users, Service<Posts> posts, std::string public_url)
    : public_url_(std::move(public_url)), posts_(std::move(posts)), users_(std::move(users)) {}

void PublishedHandler::List(const RequestInfo& request, Reply reply) const {
  const Render render = [](const Question& question, const User&, const ListPublishedPostsResponse& posts) {
    return Revalidated(question.request, JsonResponse(200, RenderPostList(posts)));
  };
  Answer(request, std::move(reply), {render, ErrorResponse});
}

void PublishedHandler::Page(const RequestInfo& request, Reply reply) const {
  const Render render = [](const Question& question, const User& author, const ListPublishedPostsResponse& posts) {
    Response page = HtmlResponse(200, RenderAuthorPage(question.PageOf(author, posts)));
    page.headers.push_back({"Content-Security-Policy", kPolicy});
    return Revalidated(question.request, std::move(page));
  };
  Answer(request, std::move(reply), {render, RefusalPage});
}

void PublishedHandler::Feed(const RequestInfo& request, Reply reply) const {
  const Render render = [](const Question& question, const User& author, const ListPublishedPostsResponse& posts) {
    Response feed{200, "application/atom+xml; charset=utf-8", RenderAtomFeed(question.PageOf(author, posts)), {}};
    return Revalidated(question.request, std::move(feed));
  };
  Answer(request, std::move(reply), {render, ErrorResponse});
}

void PublishedHandler::Answer(const RequestInfo& request, Reply reply, Form form) const {
  const auto refuse = [&](const Problem& problem) {
    Response refusal = form.refuse(problem, request.request_id());
    std::move(reply).Send(std::move(refusal));
  };
  auto query = ParseListQuery(request.target());
  if (!query) return refuse(query.error());
  if (!IsUserId(request.PathParameter("authorId"))) return refuse(NoSuchAuthor());
  users::v1::GetUserRequest call;
  call.set_user_id(std::string(request.PathParameter("authorId")));
  call.set_source(users::v1::GetUserRequest::SOURCE_COPY);
  Question question{request, *std::move(query), form, OriginOf(request, public_url_)};
  StartCall(users_, &Users::async_interface::GetUser, CallFor(request, GatewayItself()), std::move(call),
            Retry::kOnceIfConnectionBroke,
            [this, question = std::move(question), reply = std::move(reply)](runtime::Result<User> author) mutable {
              if (author) return AskPosts(std::move(question), *std::move(author), std::move(reply));
              Response refusal = question.form.refuse(ToProblem(author.error()), reply.request_id());
              std::move(reply).Send(std::move(refusal));
            });
}

void PublishedHandler::AskPosts(Question question, User author, Reply reply) const {
  posts::v1::ListPublishedPostsRequest call;
  call.set_author_id(author.user_id());
  call.set_page_size(question.query.limit);
  call.set_page_token(question.query.cursor);
  const RequestInfo request = question.request;
  StartCall(posts_, &Posts::async_interface::ListPublishedPosts, CallFor(request, GatewayItself()), std::move(call),
            Retry::kOnceIfConnectionBroke,
            [question = std::move(question), author = std::move(author),
             reply = std::move(reply)](runtime::Result<ListPublishedPostsResponse> posts) mutable {
              Response response = posts ? question.form.render(question, author, *posts)
                                        : question.form.refuse(ListProblem(posts.error()), reply.request_id());
              std::move(reply).Send(std::move(response));
            });
}

}  // namespace inkwell::gateway
