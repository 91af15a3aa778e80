// The main job, as a person with curl walks it: sign up at Clerk, the webhook stores the user, the token works with posts.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/e2e/stack.h"
#include "tests/support/eventually.h"

namespace inkwell::e2e {
namespace {

class SeedWalk : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kEmulator); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }

  struct Person {
    std::string id;
    std::string session_id;
    HttpClient http;
  };
  static Person SignUp(const nlohmann::json& user) {
    const auto answer = stack().SignUp(user);
    return {answer.at("user_id"), answer.at("session_id"), HttpClient(stack().gateway_port(), answer.at("token"))};
  }
  static bool HasRow(const std::string& user_id) {
    return stack().Sql("SELECT count(*) FROM users.users WHERE clerk_id = '" + user_id + "' AND deleted_at IS NULL") == "1";
  }
  // The emulator has one such webhook, and its first attempt is answered 200. The emulator notes that after the answer has come.
  static void ExpectDeliveredAtOnce(const std::string& type, const std::string& user_id) {
    std::vector<nlohmann::json> deliveries;
    ASSERT_TRUE(testing::Eventually([&] {
      deliveries = stack().Deliveries(type, user_id);
      return deliveries.size() == 1 && deliveries.front().at("state") != "pending";
    }));
    EXPECT_EQ(deliveries.front().at("state"), "delivered");
    EXPECT_EQ(deliveries.front().at("attempts"), 1);
    ASSERT_EQ(deliveries.front().at("history").size(), 1U);
    EXPECT_EQ(deliveries.front().at("history")[0].at("status"), 200);
  }
  // Calls of all routes but the count of the users, which user-sync-service asks for once a minute whatever happens.
  static int BackendApiCalls() {
    int count = 0;
    const auto status = HttpClient(stack().emulator_port()).Get("/_emulator/status").Json();
    for (const auto& [route, calls] : status.at("backend_api_calls").items()) {
      if (route != "GET /v1/users/count") count += calls.get<int>();
    }
    return count;
  }

 private:
  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(SeedWalk, SignUpStoresTheUserByWebhook) {
  const Person ada = SignUp({{"email", "ada@example.com"}, {"first_name", "Ada"}, {"last_name", "Lovelace"}});
  ASSERT_TRUE(testing::Eventually([&] { return HasRow(ada.id); }));
  EXPECT_EQ(
      stack().Sql("SELECT first_name || ' ' || last_name || ' ' || email FROM users.users WHERE clerk_id = '" + ada.id + "'"),
      "Ada Lovelace ada@example.com");
  ExpectDeliveredAtOnce("user.created", ada.id);
}

TEST_F(SeedWalk, ServesTheUserAsMe) {
  Person ada = SignUp({{"email", "me@example.com"}, {"first_name", "Ada"}});
  const auto me = ada.http.Get("/api/me");
  ASSERT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(me.Json().value("id", ""), ada.id);
  EXPECT_EQ(me.Json().value("email", ""), "me@example.com");
}

TEST_F(SeedWalk, CreatesListsEditsSearchesAndDeletesPosts) {
  Person ada = SignUp({{"email", "posts@example.com"}});

  const auto created = ada.http.Post("/api/posts", R"({"title":"First","content":"Ünïcode and \"quotes\""})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.Header("content-type"), "application/json");
  const auto post = created.Json();
  std::set<std::string> members;
  for (const auto& [name, value] : post.items()) members.insert(name);
  EXPECT_EQ(members, (std::set<std::string>{"id", "title", "content", "published", "authorId", "createdAt", "updatedAt"}));
  EXPECT_EQ(post.at("title"), "First");
  EXPECT_EQ(post.at("content"), "Ünïcode and \"quotes\"");
  EXPECT_EQ(post.at("published"), false);
  EXPECT_EQ(post.at("authorId"), ada.id);
  const std::string path = "/api/posts/" + post.at("id").get<std::string>();
  EXPECT_EQ(created.Header("location"), path);
  ASSERT_EQ(ada.http.Post("/api/posts", R"({"title":"Second","published":true})").status, 201);

  const auto list = ada.http.Get("/api/posts").Json();
  ASSERT_EQ(list.at("posts").size(), 2U);
  EXPECT_EQ(list.at("posts")[0].at("title"), "Second") << "newest first";
  EXPECT_EQ(list.at("posts")[1], post);
  EXPECT_TRUE(list.at("nextCursor").is_null());

  const auto edited = ada.http.Patch(path, R"({"title":"First, edited"})", {{"If-Match", created.Header("etag")}});
  ASSERT_EQ(edited.status, 200) << edited.body;
  EXPECT_EQ(edited.Json().at("title"), "First, edited");
  EXPECT_EQ(edited.Json().at("content"), post.at("content"));
  EXPECT_EQ(ada.http.Patch(path, R"({"title":"Lost update"})", {{"If-Match", created.Header("etag")}}).status, 412);

  const auto found = ada.http.Get("/api/posts?q=%C3%BCN%C3%8FCODE").Json();
  ASSERT_EQ(found.at("posts").size(), 1U);
  EXPECT_EQ(found.at("posts")[0].at("title"), "First, edited");

  EXPECT_EQ(ada.http.Delete(path).status, 204);
  EXPECT_EQ(ada.http.Get(path).status, 404);
  EXPECT_EQ(ada.http.Get("/api/posts").Json().at("posts").size(), 1U);
}

TEST_F(SeedWalk, PagesThroughManyPostsWithoutLossOrRepeat) {
  Person ada = SignUp({{"email", "pages@example.com"}});
  std::vector<std::string> written;
  for (int i = 0; i < 45; ++i) {
    const auto created = ada.http.Post("/api/posts", nlohmann::json{{"title", "Post " + std::to_string(i)}}.dump());
    ASSERT_EQ(created.status, 201) << created.body;
    written.insert(written.begin(), created.Json().at("id"));
  }
  std::vector<std::string> read;
  std::string cursor;
  do {
    const auto page = ada.http.Get("/api/posts?limit=20" + (cursor.empty() ? "" : "&cursor=" + cursor)).Json();
    for (const auto& post : page.at("posts")) read.push_back(post.at("id"));
    cursor = page.at("nextCursor").is_null() ? "" : page.at("nextCursor").get<std::string>();
  } while (!cursor.empty() && read.size() < 100);
  EXPECT_EQ(read, written);
}

TEST_F(SeedWalk, AnswersAPostWithoutTokenWith401AndTheReason) {
  HttpClient nobody(stack().gateway_port());
  const auto answer = nobody.Post("/api/posts", R"({"title":"Hello"})");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.Header("content-type"), "application/problem+json");
  EXPECT_EQ(answer.Header("x-clerk-auth-status"), "signed-out");
  EXPECT_FALSE(answer.Header("x-clerk-auth-reason").empty());
}

TEST_F(SeedWalk, ShowsNobodyAnotherAuthorsPost) {
  Person ada = SignUp({{"email", "owner@example.com"}});
  Person eve = SignUp({{"email", "eve@example.com"}});
  const auto created = ada.http.Post("/api/posts", R"({"title":"Mine"})");
  ASSERT_EQ(created.status, 201);
  const std::string path = "/api/posts/" + created.Json().at("id").get<std::string>();
  EXPECT_EQ(eve.http.Get(path).status, 404);
  EXPECT_EQ(eve.http.Patch(path, R"({"title":"Hers"})").status, 404);
  EXPECT_EQ(eve.http.Delete(path).status, 404);
  EXPECT_TRUE(eve.http.Get("/api/posts").Json().at("posts").empty());
  EXPECT_EQ(ada.http.Get(path).Json().at("title"), "Mine");
}

TEST_F(SeedWalk, StoresAndServesSparseUsers) {
  for (const nlohmann::json& user : {nlohmann::json{{"phone", "+15555550100"}}, nlohmann::json::object()}) {
    Person person = SignUp(user);
    ASSERT_TRUE(testing::Eventually([&] { return HasRow(person.id); })) << user;
    const auto me = person.http.Get("/api/me");
    EXPECT_EQ(me.status, 200) << me.body;
    EXPECT_TRUE(me.Json().at("email").is_null());
    EXPECT_EQ(person.http.Post("/api/posts", R"({"title":"I have no name"})").status, 201);
  }
}

TEST_F(SeedWalk, FetchesTheUserOnceForAllWhoWaitIfTheWebhookIsHeldBack) {
  // Somebody's token and webhook come first, for which user-sync-service learns the instance's names.
  const Person earlier = SignUp({{"email", "earlier@example.com"}});
  ASSERT_TRUE(testing::Eventually([&] { return HasRow(earlier.id); }));
  HttpClient control(stack().emulator_port());
  ASSERT_LT(control.Post("/_emulator/webhooks/hold", R"({"seconds":30})").status, 300);
  const auto signed_up = stack().SignUp({{"email", "early@example.com"}});
  const std::string id = signed_up.at("user_id");
  const std::string fault = nlohmann::json{{"method", "GET"}, {"path", "/v1/users/" + id}, {"delay_ms", 1500}}.dump();
  ASSERT_LT(control.Post("/_emulator/faults", fault).status, 300);
  std::vector<HttpClient> clients;
  for (int i = 0; i < 50; ++i) clients.emplace_back(stack().gateway_port(), signed_up.at("token"));
  const auto admissions = [] {
    return Stack::Metric(stack().posts_admin_port(), R"(inkwell_posts_author_admissions_total{outcome="confirmed"})");
  };
  const int admitted = admissions();
  const int calls = BackendApiCalls();

  const auto answers =
      SendAtOnce(clients, [](HttpClient& http) { return http.Post("/api/posts", R"({"title":"Before the webhook"})"); });
  for (const HttpAnswer& answer : answers) EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(admissions() - admitted, 50) << "who comes after the user is known does not wait for an admission";
  EXPECT_EQ(BackendApiCalls() - calls, 1);
  EXPECT_TRUE(HasRow(id));
  ASSERT_LT(control.Post("/_emulator/faults/clear", "").status, 300);

  const std::string row = "SELECT xmin || ' ' || to_jsonb(u) FROM users.users u WHERE clerk_id = '" + id + "'";
  const std::string fetched = stack().Sql(row);
  ASSERT_LT(control.Post("/_emulator/webhooks/release", "{}").status, 300);
  ExpectDeliveredAtOnce("user.created", id);
  EXPECT_EQ(stack().Sql(row), fetched) << "the late webhook says nothing new";
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + id + "'"), "50");
}

TEST_F(SeedWalk, LetsAnAddressSignUpAgainAfterDeletion) {
  const Person first = SignUp({{"email", "again@example.com"}});
  ASSERT_TRUE(testing::Eventually([&] { return HasRow(first.id); }));
  ASSERT_EQ(stack().BackendApi().Delete("/v1/users/" + first.id).status, 200);
  Person second = SignUp({{"email", "again@example.com"}});
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(second.http.Post("/api/posts", R"({"title":"Back"})").status, 201);
  EXPECT_TRUE(testing::Eventually([&] { return !HasRow(first.id) && HasRow(second.id); }));
}

TEST_F(SeedWalk, ServesThePageAndTheContract) {
  HttpClient http(stack().gateway_port());
  const auto page = http.Get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.Header("content-type").starts_with("text/html"));
  EXPECT_NE(page.Header("content-security-policy").find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(http.Get("/openapi.json").Json().at("openapi").get<std::string>().substr(0, 2), "3.");
  EXPECT_EQ(http.Get("/livez").status, 200);
  EXPECT_EQ(http.Get("/nowhere").status, 404);
}

}  // namespace
}  // namespace inkwell::e2e
