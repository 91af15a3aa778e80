// Webhooks that come forged, stale, twice, in any order and all at once: the table must end as if each had come once, in order.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "tests/e2e/stack.h"
#include "tests/support/eventually.h"

namespace inkwell::e2e {
namespace {

class WebhookStorm : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }

  static std::string Created(const std::string& id, std::int64_t version, const std::string& email) {
    return TestClerk::Event("user.created", TestClerk::User(id, version, email));
  }
  static std::string Updated(const std::string& id, std::int64_t version, const std::string& email) {
    return TestClerk::Event("user.updated", TestClerk::User(id, version, email));
  }
  static std::string Deleted(const std::string& id) { return TestClerk::Event("user.deleted", TestClerk::DeletedUser(id)); }
  static std::string EmailOf(const std::string& id) {
    return stack().Sql("SELECT coalesce(email, '<none>') FROM users.users WHERE clerk_id = '" + id + "' AND deleted_at IS NULL");
  }
  static bool IsTombstone(const std::string& id) {
    return stack().Sql("SELECT num_nonnulls(email, first_name, last_name, image_url) = 0 FROM users.users WHERE clerk_id = '" +
                       id + "' AND deleted_at IS NOT NULL") == "t";
  }
  // How many events user-sync-service has applied so far.
  static int Applied() { return Stack::Metric(stack().users_admin_port(), R"(inkwell_user_events_total{verdict="applied"})"); }
  // Delivers all events over `connections` at once; true if each was answered 200.
  static bool DeliverAll(const std::vector<std::string>& events, int connections) {
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> all_taken = true;
    std::vector<std::thread> senders;
    for (int i = 0; i < connections; ++i) {
      senders.emplace_back([&] {
        HttpClient http(stack().gateway_port());
        for (std::size_t at = next++; at < events.size(); at = next++) {
          const auto answer = http.Post("/api/webhooks/clerk", events[at], stack().clerk().SignWebhook(events[at]));
          if (answer.status != 200 || answer.body != "Webhook received") all_taken = false;
        }
      });
    }
    for (auto& sender : senders) sender.join();
    return all_taken;
  }

 private:
  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(WebhookStorm, AnswersASignedEventAndStoresThePrimaryAddress) {
  const std::string id = UserId("seed");
  const auto answer = stack().Deliver(Created(id, 1000, "primary@example.com"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "Webhook received");
  EXPECT_EQ(EmailOf(id), "primary@example.com");
}

TEST_F(WebhookStorm, RefusesForgedStaleAndUnsignedEvents) {
  const std::string id = UserId("forged");
  const std::string event = Created(id, 1000, "forged@example.com");
  HttpClient http(stack().gateway_port());
  const auto refusal = [&](const TestClerk::Headers& headers) {
    const auto answer = http.Post("/api/webhooks/clerk", event, headers);
    return std::to_string(answer.status) + " " + (answer.status == 400 ? answer.Json().value("reason", "") : answer.body);
  };
  const TestClerk stranger;
  ASSERT_NE(stranger.webhook_secret(), stack().clerk().webhook_secret());
  EXPECT_EQ(refusal(stack().clerk().SignWebhook(event + " ")), "400 no-matching-signature");
  EXPECT_EQ(refusal(stranger.SignWebhook(event)), "400 no-matching-signature");
  EXPECT_EQ(refusal(stack().clerk().SignWebhook(event, std::chrono::seconds(301))), "400 timestamp-too-old");
  EXPECT_EQ(refusal(stack().clerk().SignWebhook(event, std::chrono::seconds(-305))), "400 timestamp-too-new");
  EXPECT_EQ(refusal({}), "400 missing-headers");
  EXPECT_EQ(EmailOf(id), "");
}

TEST_F(WebhookStorm, TakesEventsThatItDoesNotHandle) {
  EXPECT_EQ(stack().Deliver(TestClerk::Event("session.created", {{"id", "sess_2x"}, {"object", "session"}})).status, 200);
  EXPECT_EQ(stack().Deliver(TestClerk::Event("user.deleted", {{"object", "user"}, {"deleted", true}})).status, 200);
}

TEST_F(WebhookStorm, KeepsTheNewerVersionIfItComesFirst) {
  const std::string id = UserId("reordered");
  ASSERT_EQ(stack().Deliver(Updated(id, 2000, "new@example.com")).status, 200);
  ASSERT_EQ(stack().Deliver(Created(id, 1000, "old@example.com")).status, 200);
  EXPECT_EQ(EmailOf(id), "new@example.com");
}

TEST_F(WebhookStorm, ServesAUserOfWhomClerkSaysNothingButTheId) {
  const std::string id = UserId("sparse");
  const auto user = TestClerk::SparseUser(id, 1000);
  ASSERT_FALSE(user.contains("image_url"));
  ASSERT_EQ(stack().Deliver(TestClerk::Event("user.created", user)).status, 200);
  HttpClient http = stack().ClientOf(id);
  const auto me = http.Get("/api/me");
  ASSERT_EQ(me.status, 200) << me.body;
  for (const char* member : {"email", "firstName", "lastName", "username", "imageUrl"}) {
    ASSERT_TRUE(me.Json().contains(member)) << member;
    EXPECT_TRUE(me.Json().at(member).is_null()) << member << " in " << me.body;
  }
  HttpClient anybody(stack().gateway_port());
  const auto page = anybody.Get("/u/" + id);
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_NE(page.body.find("An author"), std::string::npos) << page.body;
  EXPECT_EQ(anybody.Get("/u/" + id + "/feed.atom").status, 200);
}

TEST_F(WebhookStorm, GivesAnAddressToItsNextUserInWhateverOrderTheEventsCome) {
  std::array<std::size_t, 4> order{0, 1, 2, 3};
  int orders = 0;
  do {
    const std::string name = "reused" + std::to_string(++orders);
    const std::string email = name + "@example.com";
    const std::string first = UserId(name + " first");
    const std::string second = UserId(name + " second");
    const std::array events{Created(first, 1000, email), Updated(first, 2000, email), Deleted(first),
                            Created(second, 3000, email)};
    const std::string what = "order " + ::testing::PrintToString(order);
    for (const std::size_t at : order) ASSERT_EQ(stack().Deliver(events.at(at)).status, 200) << what;
    EXPECT_TRUE(IsTombstone(first)) << what;
    EXPECT_EQ(EmailOf(second), email) << what;
    EXPECT_EQ(stack().ClientOf(first).Get("/api/me").status, 404) << what;
    EXPECT_EQ(stack().ClientOf(second).Get("/api/me").Json().value("email", ""), email) << what;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(orders, 24);
}

TEST_F(WebhookStorm, RevivesNobody) {
  const std::string id = UserId("deleted before created");
  ASSERT_EQ(stack().Deliver(Deleted(id)).status, 200);
  ASSERT_EQ(stack().Deliver(Created(id, 1000, "late@example.com")).status, 200);
  ASSERT_EQ(stack().Deliver(Updated(id, 9000, "later@example.com")).status, 200);
  EXPECT_TRUE(IsTombstone(id));
  EXPECT_EQ(stack().ClientOf(id).Post("/api/posts", R"({"title":"I am not here"})").status, 404);
}

TEST_F(WebhookStorm, AppliesTheSameMessageOnceWhenItComesFiftyTimesAtOnce) {
  const std::string id = UserId("fifty");
  const std::string event = Created(id, 1000, "fifty@example.com");
  const TestClerk::Headers one_svix_id = stack().clerk().SignWebhook(event);
  std::vector<HttpClient> senders;
  for (int i = 0; i < 50; ++i) senders.emplace_back(stack().gateway_port());
  const int before = Applied();
  const auto answers =
      SendAtOnce(senders, [&](HttpClient& http) { return http.Post("/api/webhooks/clerk", event, one_svix_id); });
  for (const HttpAnswer& answer : answers) EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(Applied() - before, 1);
  EXPECT_EQ(EmailOf(id), "fifty@example.com");
}

TEST_F(WebhookStorm, ConvergesForTwoThousandShuffledEventsWithDuplicates) {
  constexpr int kUsers = 300;
  std::vector<std::string> events;
  for (int i = 0; i < kUsers; ++i) {
    const std::string name = "storm" + std::to_string(i);
    const std::string id = UserId(name);
    for (int version = 1; version <= 5; ++version) {
      const std::string email = name + "." + std::to_string(version) + "@example.com";
      events.push_back(version == 1 ? Created(id, 1000, email) : Updated(id, version * 1000, email));
    }
    if (i % 3 == 0) events.push_back(Deleted(id));
  }
  std::mt19937 random(20261121);
  const std::size_t distinct = events.size();
  while (events.size() < 2000) events.push_back(events[random() % distinct]);
  std::shuffle(events.begin(), events.end(), random);

  EXPECT_TRUE(DeliverAll(events, 16));

  for (int i = 0; i < kUsers; ++i) {
    const std::string name = "storm" + std::to_string(i);
    if (i % 3 == 0) {
      EXPECT_TRUE(IsTombstone(UserId(name))) << name;
    } else {
      EXPECT_EQ(EmailOf(UserId(name)), name + ".5@example.com");
    }
  }
}

TEST_F(WebhookStorm, AnswersAnUnknownUsersPostWith404) {
  const std::string id = UserId("nobody knows me");
  const auto answer = stack().ClientOf(id).Post("/api/posts", R"({"title":"Hello"})");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.Header("content-type"), "application/problem+json");
  EXPECT_EQ(answer.Json().value("reason", ""), "USER_NOT_FOUND");
  EXPECT_EQ(answer.Json().value("detail", ""), "User not found");
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.authors WHERE author_id = '" + id + "'"), "0");
}

TEST_F(WebhookStorm, LeavesNoPostOfADeletedUserWhoGoesOnPosting) {
  const std::string id = UserId("posts while deleted");
  ASSERT_EQ(stack().Deliver(Created(id, 1000, "busy@example.com")).status, 200);
  std::atomic<int> created = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> other = 0;
  std::atomic<bool> stop = false;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&] {
      HttpClient http = stack().ClientOf(id);
      while (!stop) {
        const int status = http.Post("/api/posts", R"({"title":"Still here"})").status;
        ++(status == 201 ? created : status == 404 ? refused : other);
      }
    });
  }
  ASSERT_TRUE(testing::Eventually([&] { return created > 100; }));
  ASSERT_EQ(stack().Deliver(Deleted(id)).status, 200);
  const bool all_refused = testing::Eventually([&] { return refused > 100; });
  stop = true;
  for (auto& writer : writers) writer.join();

  EXPECT_TRUE(all_refused);
  EXPECT_EQ(other, 0);
  EXPECT_TRUE(testing::Eventually([&] {
    return stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + id + "'") == "0" &&
           stack().Sql("SELECT count(*) FROM posts.authors WHERE author_id = '" + id + "'") == "0";
  }));
  EXPECT_EQ(stack().ClientOf(id).Post("/api/posts", R"({"title":"After"})").status, 404);
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + id + "'"), "0");
}

TEST_F(WebhookStorm, DeletesThePostsOfAUserWhoWasDeletedWhilePostsServiceWasAway) {
  const std::string gone = UserId("deleted meanwhile");
  const std::string stays = UserId("stays meanwhile");
  const auto posts_of = [](const std::string& id) {
    return stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + id + "'");
  };
  for (const std::string& id : {gone, stays}) {
    ASSERT_EQ(stack().Deliver(Created(id, 1000, "meanwhile@example.com")).status, 200);
    ASSERT_EQ(stack().ClientOf(id).Post("/api/posts", R"({"title":"Before"})").status, 201);
  }

  ASSERT_EQ(stack().posts().Terminate(), 0);
  ASSERT_EQ(stack().Deliver(Deleted(gone)).status, 200);
  EXPECT_EQ(posts_of(gone), "1");
  stack().StartPosts();
  EXPECT_TRUE(testing::Eventually([&] {
    return posts_of(gone) == "0" && stack().Sql("SELECT count(*) FROM posts.authors WHERE author_id = '" + gone + "'") == "0";
  }));
  EXPECT_EQ(posts_of(stays), "1");
  EXPECT_TRUE(testing::Eventually([&] { return stack().ClientOf(stays).Get("/api/posts").status == 200; }));
}

TEST_F(WebhookStorm, RefusesWritesOfABannedUserWithinASecond) {
  const std::string id = UserId("banned");
  auto user = TestClerk::User(id, 1000, "banned@example.com");
  ASSERT_EQ(stack().Deliver(TestClerk::Event("user.created", user)).status, 200);
  HttpClient http = stack().ClientOf(id);
  ASSERT_EQ(http.Post("/api/posts", R"({"title":"Before"})").status, 201);
  user["banned"] = true;
  user["updated_at"] = 2000;
  ASSERT_EQ(stack().Deliver(TestClerk::Event("user.updated", user)).status, 200);
  EXPECT_TRUE(testing::Eventually([&] { return http.Post("/api/posts", R"({"title":"After"})").status == 403; },
                                  std::chrono::seconds(1)));
  EXPECT_EQ(http.Get("/api/posts").status, 200) << "reading goes on";
}

TEST_F(WebhookStorm, RefusesTokensWithClerksReasons) {
  const std::string id = UserId("tokens");
  const std::int64_t now = NowMilliseconds() / 1000;
  const auto reason_of = [&](const nlohmann::json& claims) {
    const auto answer = HttpClient(stack().gateway_port(), stack().clerk().SessionToken(id, claims)).Get("/api/posts");
    return std::to_string(answer.status) + " " + answer.Json().value("reason", "");
  };
  EXPECT_EQ(reason_of({{"azp", "http://evil.example"}}), "401 token-invalid-authorized-parties");
  EXPECT_NE(reason_of({{"exp", now - 10}}).find("expired"), std::string::npos);
  EXPECT_NE(reason_of({{"sts", "pending"}}).find("401"), std::string::npos);
  std::string token = stack().clerk().SessionToken(id);
  token.replace(token.size() - 8, 8, "AAAAAAAA");
  EXPECT_EQ(HttpClient(stack().gateway_port(), token).Get("/api/posts").Json().value("reason", ""), "token-invalid-signature");
}

}  // namespace
}  // namespace inkwell::e2e
