#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/handlers/service_call.h"
#include "gateway/http/problem.h"
#include "gateway/http/reply.h"
#include "gateway/http/request_info.h"
#include "inkwell/posts/v1/posts.grpc.pb.h"
#include "inkwell/users/v1/users.grpc.pb.h"

namespace inkwell::gateway {

// What an author has published, for anybody: as JSON, as a page and as a feed. An author whom our copy does not have (or no
// longer) is 404 in all three; refusals are problems, on the page a page. Nothing else of the author is told than the public
// name. Thread-safe.
class PublishedHandler final {
 public:
  using Users = users::v1::UserService::StubInterface;
  using Posts = posts::v1::PostService::StubInterface;

  // Calls are made within the services' budgets. `public_url` is the origin that browsers use; empty: what OriginOf says.
  PublishedHandler(Service<Users> users, Service<Posts> posts, std::string public_url);

  // GET /api/users/{authorId}/posts?limit&cursor
  void List(const RequestInfo& request, Reply reply) const;
  // GET /u/{authorId}?cursor
  void Page(const RequestInfo& request, Reply reply) const;
  // GET /u/{authorId}/feed.atom?cursor
  void Feed(const RequestInfo& request, Reply reply) const;

 private:
  struct Question;
  using Render = Response (*)(const Question&, const users::v1::User&, const posts::v1::ListPublishedPostsResponse&);

  using Refuse = Response (*)(const Problem&, std::string_view request_id);
  // One of the three ways to say it.
  struct Form {
    Render render;
    Refuse refuse;
  };

  void Answer(const RequestInfo& request, Reply reply, Form form) const;
  void AskPosts(Question question, users::v1::User author, Reply reply) const;

  const std::string public_url_;
  const ServiceClient<Posts> posts_;
  const ServiceClient<Users> users_;  // last: its calls go on to the posts
};

}  // namespace inkwell::gateway
