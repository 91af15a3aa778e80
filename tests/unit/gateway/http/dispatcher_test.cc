#include "gateway/http/dispatcher.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include "gateway/http/mailbox.h"
#include "gateway/http/request_record.h"

namespace inkwell::gateway {
namespace {

// What a dispatcher does with one request: handlers answer with their route's pattern and parameters.
class DispatcherTest : public testing::Test {
 protected:
  void Serve(const std::string& method, const std::string& pattern) {
    routes_.push_back({method, pattern, [](const httplib::Request& request, RequestInfo info, Reply reply) {
                         std::string text(info.route());
                         for (const char* name : {"id", "path"}) {
                           if (!info.PathParameter(name).empty())
                             text.append(" " + std::string(name) + "=").append(info.PathParameter(name));
                         }
                         EXPECT_TRUE(request.params.empty());
                         EXPECT_TRUE(request.body.empty());
                         std::move(reply).Send(TextResponse(200, text));
                       }});
  }

  Response Ask(const std::string& method, const std::string& target) {
    auto dispatcher = Dispatcher::Create(routes_);
    EXPECT_TRUE(dispatcher.has_value());
    auto record = std::make_shared<RequestRecord>();
    record->head = method + " " + target;
    record->method = std::string_view(record->head).substr(0, method.size());
    record->target = std::string_view(record->head).substr(method.size() + 1);
    auto mailbox = std::make_shared<Mailbox>();
    (*dispatcher)->Dispatch(record, Reply(mailbox, record, 0, 0, 0));
    std::vector<Completion> answers;
    mailbox->Take(answers);
    EXPECT_EQ(answers.size(), 1U);
    return answers.empty() ? Response{} : std::move(answers.front().response);
  }

  std::string Text(const std::string& method, const std::string& target) {
    const Response response = Ask(method, target);
    return response.status == 200 ? std::string(response.body.view()) : std::to_string(response.status);
  }

  RouteTable routes_;
};

TEST_F(DispatcherTest, MatchesWholePathsInOrder) {
  Serve("GET", "/");
  Serve("GET", "/api/posts/mine");
  Serve("GET", "/api/posts/{id}");
  EXPECT_EQ(Text("GET", "/"), "/");
  EXPECT_EQ(Text("GET", "/api/posts/mine"), "/api/posts/mine");
  EXPECT_EQ(Text("GET", "/api/posts/7"), "/api/posts/{id} id=7");
  EXPECT_EQ(Text("HEAD", "/api/posts/7"), "/api/posts/{id} id=7");
  EXPECT_EQ(Text("GET", "/api/posts/7/8"), "404");
  EXPECT_EQ(Text("GET", "/api/posts/"), "404");
  EXPECT_EQ(Text("GET", "/x/api/posts/7"), "404");
}

TEST_F(DispatcherTest, DecodesParameters) {
  Serve("GET", "/posts/{id}");
  EXPECT_EQ(Text("GET", "/posts/a%20b?q=c%2Bd+e"), "/posts/{id} id=a b");
  EXPECT_EQ(Text("GET", "/posts/a%2Fb"), "404");
}

TEST_F(DispatcherTest, FindsTheRouteWhateverTheQueryIs) {
  Serve("GET", "/posts/{id}");
  for (const std::string query : {"", "q=b?c&d=?", "%", "q=%zz", "a/b", "&&=="}) {
    EXPECT_EQ(Text("GET", "/posts/a?" + query), "/posts/{id} id=a") << query;
  }
  EXPECT_EQ(Text("GET", "/posts/a?q=" + std::string(8192, '?')), "/posts/{id} id=a");
}

TEST_F(DispatcherTest, GivesTheRestOfThePathToALastParameter) {
  Serve("GET", "/files/{path...}");
  EXPECT_EQ(Text("GET", "/files/a/b.css"), "/files/{path...} path=a/b.css");
  EXPECT_EQ(Text("GET", "/files/"), "404");
}

TEST_F(DispatcherTest, TakesAnEncodedSlashForNoSeparator) {
  Serve("GET", "/api/posts");
  Serve("GET", "/files/{path...}");
  EXPECT_EQ(Text("GET", "/api%2Fposts"), "404");
  EXPECT_EQ(Text("GET", "/api%2fposts"), "404");
  EXPECT_EQ(Text("GET", "/%61pi/posts?x=%2F"), "/api/posts");
  EXPECT_EQ(Text("GET", "/files/a%2Fb"), "/files/{path...} path=a/b");
}

TEST_F(DispatcherTest, TreatsPatternsLiterally) {
  Serve("GET", "/feed.atom");
  EXPECT_EQ(Text("GET", "/feed.atom"), "/feed.atom");
  EXPECT_EQ(Text("GET", "/feedXatom"), "404");
}

TEST_F(DispatcherTest, TellsWhichMethodsAPathTakes) {
  Serve("GET", "/posts");
  Serve("POST", "/posts");
  Serve("DELETE", "/posts/{id}");
  const Response refused = Ask("PATCH", "/posts");
  EXPECT_EQ(refused.status, 405);
  ASSERT_EQ(refused.headers.size(), 1U);
  EXPECT_EQ(refused.headers[0].name, "Allow");
  EXPECT_EQ(refused.headers[0].value, "GET, HEAD, POST");
  EXPECT_EQ(Ask("OPTIONS", "/posts/1").status, 204);
  EXPECT_EQ(Ask("OPTIONS", "/posts/1").headers[0].value, "DELETE");
  EXPECT_EQ(Ask("OPTIONS", "*").headers[0].value, "DELETE, GET, HEAD, POST");
  EXPECT_EQ(Ask("OPTIONS", "/nothing").status, 404);
}

TEST_F(DispatcherTest, NeverShowsLongPathsToTheRegex) {
  Serve("GET", "/files/{path...}");
  EXPECT_EQ(Text("GET", "/files/" + std::string(8000, 'a')), "404");
  EXPECT_EQ(Text("GET", "/files/a?q=" + std::string(2000, 'b')), "/files/{path...} path=a");
}

TEST_F(DispatcherTest, AnswersForHandlersThatThrow) {
  routes_.push_back({"GET", "/", [](const httplib::Request&, RequestInfo, Reply) { throw std::runtime_error("secret"); }});
  const Response response = Ask("GET", "/");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.view().find("secret"), std::string_view::npos);
}

TEST_F(DispatcherTest, RefusesTablesThatCannotBeServed) {
  for (const char* pattern : {"", "posts", "/a{id}", "/{id}b", "/{}", "/{path...}/x", "/{id"}) {
    EXPECT_FALSE(Dispatcher::Create({{"GET", pattern, nullptr}}).has_value()) << pattern;
  }
  EXPECT_FALSE(Dispatcher::Create({{"TRACE", "/", nullptr}}).has_value());
}

}  // namespace
}  // namespace inkwell::gateway
