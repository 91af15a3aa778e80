// Two users, every route, every verb: nobody sees or changes what is the other's.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/e2e/stack.h"

namespace inkwell::e2e {
namespace {

const std::vector<std::string>& Verbs() {
  static const std::vector<std::string> verbs{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  return verbs;
}

// One route, and what it answers the user whose things these are not. Verbs that are not named get 405.
struct RouteCase {
  std::string path;
  std::map<std::string, int> statuses;
  bool session = false;
};

std::set<std::string> Words(const std::string& list) {
  std::set<std::string> words;
  std::istringstream in(list);
  for (std::string word; std::getline(in, word, ',');) words.insert(word.substr(word.find_first_not_of(' ')));
  return words;
}

class Ownership : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }

  Ownership() {
    for (const std::string& id : {ada_, eve_}) {
      EXPECT_EQ(stack().Deliver(TestClerk::Event("user.created", TestClerk::SparseUser(id, 1000))).status, 200);
    }
    HttpClient ada = stack().ClientOf(ada_);
    draft_ = ada.Post("/api/posts", R"({"title":"Ada's draft","content":"ada-secret"})").Json();
    published_ = ada.Post("/api/posts", R"({"title":"Ada's word","content":"ada-public","published":true})").Json();
    EXPECT_TRUE(draft_.contains("id") && published_.contains("id"));
  }

  [[nodiscard]] std::string PathOf(const nlohmann::json& post) const { return "/api/posts/" + post.value("id", "none"); }
  [[nodiscard]] std::vector<RouteCase> Routes() const {
    return {
        {"/api/posts", {{"GET", 200}, {"POST", 201}}, true},
        {PathOf(draft_), {{"GET", 404}, {"PATCH", 404}, {"DELETE", 404}}, true},
        {PathOf(published_), {{"GET", 404}, {"PATCH", 404}, {"DELETE", 404}}, true},
        {"/api/me/export", {{"GET", 200}}, true},
        {"/api/me/tokens/none", {{"POST", 400}}, true},
        {"/api/users/" + ada_ + "/posts", {{"GET", 200}}},
        {"/u/" + ada_, {{"GET", 200}}},
        {"/u/" + ada_ + "/feed.atom", {{"GET", 200}}},
        {"/api/webhooks/clerk", {{"POST", 400}}},
        {"/", {{"GET", 200}}},
        {"/sign-in", {{"GET", 200}}},
        {"/app.css", {{"GET", 200}}},
        {"/config.json", {{"GET", 200}}},
        {"/openapi.json", {{"GET", 200}}},
        {"/livez", {{"GET", 200}}},
        {"/readyz", {{"GET", 200}}},
        {"/api/me", {{"GET", 200}, {"PATCH", 400}, {"DELETE", 204}}, true},  // last: ends the user
    };
  }

  // What everybody may expect of a verb at a route; `by_name` is the status of a verb that the route has.
  static void ExpectAnswer(HttpClient& http, const RouteCase& route, const std::string& verb, int by_name) {
    const std::string body = verb == "POST" || verb == "PUT" || verb == "PATCH" ? R"({"title":"By Eve"})" : "";
    const std::multimap<std::string, std::string> json{{"Content-Type", "application/json"}};
    const HttpAnswer answer = http.Send(verb, route.path, body, body.empty() ? std::multimap<std::string, std::string>() : json);
    const std::string what = verb + " " + route.path + ": " + answer.body;
    if (by_name != 0) {
      EXPECT_EQ(answer.status, by_name) << what;
    } else {
      EXPECT_EQ(answer.status, verb == "OPTIONS" ? 204 : 405) << what;
      std::set<std::string> allowed;
      for (const auto& [name, status] : route.statuses) allowed.insert(name);
      if (allowed.contains("GET")) allowed.insert("HEAD");
      EXPECT_EQ(Words(answer.Header("allow")), allowed) << what;
    }
    EXPECT_EQ(answer.body.find("ada-secret"), std::string::npos) << what;
    EXPECT_EQ(answer.Header("access-control-allow-origin"), "") << what;
    EXPECT_EQ(answer.Header("x-content-type-options"), "nosniff") << what;
  }
  static int StatusOf(const RouteCase& route, const std::string& verb) {
    const auto found = route.statuses.find(verb == "HEAD" ? "GET" : verb);
    return found == route.statuses.end() ? 0 : found->second;
  }

  static inline int count_ = 0;
  const std::string ada_ = UserId("ada " + std::to_string(++count_));
  const std::string eve_ = UserId("eve " + std::to_string(count_));
  nlohmann::json draft_;
  nlohmann::json published_;

 private:
  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(Ownership, HoldsOnEveryRouteForEveryVerb) {
  HttpClient eve = stack().ClientOf(eve_);
  for (const RouteCase& route : Routes()) {
    for (const std::string& verb : Verbs()) ExpectAnswer(eve, route, verb, StatusOf(route, verb));
  }
  HttpClient ada = stack().ClientOf(ada_);
  EXPECT_EQ(ada.Get(PathOf(draft_)).Json(), draft_) << "untouched";
  EXPECT_EQ(ada.Get(PathOf(published_)).Json(), published_);
  EXPECT_EQ(ada.Get("/api/posts").Json().at("posts").size(), 2U);
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + ada_ + "' AND title = 'By Eve'"), "0");
}

TEST_F(Ownership, WantsASessionOnEveryRouteThatHasAnOwner) {
  HttpClient nobody(stack().gateway_port());
  for (const RouteCase& route : Routes()) {
    for (const std::string& verb : Verbs()) {
      const int status = StatusOf(route, verb);
      ExpectAnswer(nobody, route, verb, status != 0 && route.session ? 401 : status);
    }
  }
}

TEST_F(Ownership, CannotBeClaimedByABodyACursorOrAKey) {
  HttpClient ada = stack().ClientOf(ada_);
  HttpClient eve = stack().ClientOf(eve_);
  EXPECT_EQ(eve.Post("/api/posts", R"({"title":"x","authorId":")" + ada_ + "\"}").status, 400);
  EXPECT_EQ(eve.Post("/api/posts?authorId=" + ada_, R"({"title":"Eve's"})").Json().value("authorId", ""), eve_);

  const std::string cursor = ada.Get("/api/posts?limit=1").Json().at("nextCursor");
  const HttpAnswer page = eve.Get("/api/posts?cursor=" + cursor);
  EXPECT_TRUE(page.status == 200 || page.status == 400) << page.status;
  EXPECT_EQ(page.body.find("ada-"), std::string::npos) << page.body;
  EXPECT_EQ(eve.Get("/api/posts?q=ada-secret").Json().at("posts").size(), 0U);

  const std::string body = R"({"title":"The same"})";
  const auto by_ada = ada.Post("/api/posts", body, {{"Idempotency-Key", "shared"}}).Json();
  const auto by_eve = eve.Post("/api/posts", body, {{"Idempotency-Key", "shared"}}).Json();
  EXPECT_EQ(by_eve.value("authorId", ""), eve_);
  EXPECT_NE(by_ada.value("id", ""), by_eve.value("id", ""));

  for (const char* name : {"inkwell-principal", "x-user-id", "X-Inkwell-Principal", "grpc-metadata-inkwell-principal"}) {
    EXPECT_EQ(eve.Get(PathOf(draft_), {{name, "user:" + ada_}}).status, 404) << name;
  }
}

TEST_F(Ownership, LeavesDraftsOutOfWhatIsPublic) {
  HttpClient nobody(stack().gateway_port());
  for (const std::string& path : {"/api/users/" + ada_ + "/posts", "/u/" + ada_, "/u/" + ada_ + "/feed.atom"}) {
    const HttpAnswer answer = nobody.Get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_NE(answer.body.find("ada-public"), std::string::npos) << path;
    EXPECT_EQ(answer.body.find("ada-secret"), std::string::npos) << path;
  }
}

TEST_F(Ownership, EndsWithTheUserAlone) {
  const std::string event = TestClerk::Event("user.deleted", TestClerk::DeletedUser(eve_));
  EXPECT_EQ(stack().Deliver(event).status, 200);
  EXPECT_EQ(stack().ClientOf(ada_).Get(PathOf(draft_)).status, 200);
}

}  // namespace
}  // namespace inkwell::e2e
