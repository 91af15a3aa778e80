// Our own processes killed, stopped, ended under load and starved of descriptors.
#include <sys/socket.h>

#include <future>

#include "tests/faults/drill.h"
#include "tests/faults/ledger.h"
#include "tests/faults/open_sockets.h"

namespace inkwell::faults {
namespace {

using namespace std::chrono_literals;
using testing::Eventually;

class ServiceDrills : public Drill {};

constexpr const char* kPost = R"({"title":"One"})";

TEST_F(ServiceDrills, PostsServiceIsKilled) {
  Writers writers(stack(), NewUser(), 4);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  stack().posts().Kill();
  ASSERT_TRUE(Eventually([&] { return writers.put_off() > 5; }));
  stack().StartPosts();
  ExpectRecovery("posts-service killed", writers, kAfterServiceListens);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

TEST_F(ServiceDrills, UserSyncServiceIsKilled) {
  const std::string known = NewUser();
  ASSERT_EQ(stack().ClientOf(known).Post("/api/posts", kPost).status, 201);
  const std::string late = e2e::UserId("late " + known);
  stack().users().Kill();
  const int by_known = stack().ClientOf(known).Post("/api/posts", kPost).status;
  const int by_unknown = stack().ClientOf(late).Post("/api/posts", kPost).status;
  const int webhook = stack().Deliver(CreatedEvent(late)).status;
  stack().StartUsers();
  EXPECT_EQ(by_known, 201);
  EXPECT_EQ(by_unknown, 503) << "whether the user exists cannot be said: try again";
  EXPECT_EQ(webhook, 503);
  EXPECT_TRUE(Eventually([&] { return stack().Deliver(CreatedEvent(late)).status == 200; }, kAfterServiceListens));
  EXPECT_TRUE(Eventually([&] { return stack().ClientOf(late).Post("/api/posts", kPost).status == 201; }, kAfterServiceListens));
}

TEST_F(ServiceDrills, PostsServiceEndsUnderLoad) {
  Writers writers(stack(), NewUser(), 4);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  EXPECT_EQ(stack().posts().Terminate(), 0);
  stack().StartPosts();
  ExpectRecovery("posts-service ended and started", writers, kAfterServiceListens);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

TEST_F(ServiceDrills, TheGatewayIsKilled) {
  Writers writers(stack(), NewUser(), 4, Gateway::kMayGo);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  stack().gateway().Kill();
  ASSERT_TRUE(Eventually([&] { return writers.put_off() > 5; }));
  stack().StartGateway();
  ExpectRecovery("gateway killed", writers, kAfterServiceListens);
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

// Whoever was let in gets a whole answer; then the port is closed.
TEST_F(ServiceDrills, TheGatewayEndsUnderLoadAndFailsNobody) {
  const std::string author = NewUser();
  std::atomic<int> created = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      e2e::HttpClient http = stack().ClientOf(author);
      while (refused == 0) {
        const auto answer = http.Post("/api/posts", kPost);
        ++(answer.status == 201 ? created : answer.refused ? refused : failed);
      }
    });
  }
  ASSERT_TRUE(Eventually([&] { return created > 50; }));
  EXPECT_EQ(stack().gateway().Terminate(), 0);
  for (auto& client : clients) client.join();
  stack().StartGateway();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + author + "'"), std::to_string(created));
}

TEST_F(ServiceDrills, PostsServiceHangs) {
  const std::string author = NewUser();
  ASSERT_EQ(stack().ClientOf(author).Post("/api/posts", kPost).status, 201);
  stack().posts().Suspend();
  std::vector<std::future<std::pair<int, std::chrono::milliseconds>>> callers;
  for (int i = 0; i < 64; ++i) {
    callers.push_back(std::async(std::launch::async, [&] {
      const auto start = std::chrono::steady_clock::now();
      const int status = stack().ClientOf(author).Get("/api/posts").status;
      return std::pair(status, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start));
    }));
  }
  auto download = std::async(std::launch::async, [&] {
    const auto start = std::chrono::steady_clock::now();
    const int status = stack().ClientOf(author).Get("/api/me/export").status;
    return std::pair(status, std::chrono::steady_clock::now() - start);
  });
  e2e::HttpClient me = stack().ClientOf(author);
  std::chrono::milliseconds slowest{0};
  for (int i = 0; i < 50; ++i) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(me.Get("/api/me").status, 200) << "a route of the other service";
    EXPECT_EQ(me.Get("/").status, 200);
    EXPECT_EQ(stack().Deliver(CreatedEvent(e2e::UserId("meanwhile " + author))).status, 200);
    slowest = std::max(slowest, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start));
  }
  for (auto& caller : callers) {
    const auto [status, took] = caller.get();
    EXPECT_TRUE(status == 504 || status == 503) << status;
    EXPECT_LT(took, 5s);
  }
  const auto [export_status, export_took] = download.get();
  EXPECT_EQ(export_status, 504) << "a document that has not begun is due when any answer is";
  EXPECT_LT(export_took, 4500ms);
  stack().posts().Resume();
  EXPECT_LT(slowest, 1s);
  EXPECT_TRUE(Eventually([&] { return stack().ClientOf(author).Get("/api/posts").status == 200; }, kAfterServiceListens));
  std::cout << "[  drill   ] other routes while posts-service hangs: slowest three " << slowest.count() << " ms\n";
}

// A bound on the calls of each service: who comes beyond it hears so at once, whoever is within it waits until the deadline.
TEST_F(ServiceDrills, AHangingServiceHoldsABoundedNumberOfRequests) {
  const std::string author = NewUser();
  ASSERT_EQ(stack().ClientOf(author).Post("/api/posts", kPost).status, 201);
  ASSERT_EQ(stack().gateway().Terminate(), 0);
  stack().StartGateway({.environment = {{"MAX_CALLS_PER_SERVICE", "16"}}});
  ASSERT_EQ(stack().ClientOf(author).Get("/api/posts").status, 200);
  stack().posts().Suspend();
  std::vector<std::future<e2e::HttpAnswer>> callers;
  for (int i = 0; i < 64; ++i) {
    callers.push_back(std::async(std::launch::async, [&] { return stack().ClientOf(author).Get("/api/posts"); }));
  }
  EXPECT_EQ(stack().ClientOf(author).Get("/api/me").status, 200);
  EXPECT_EQ(stack().Deliver(CreatedEvent(e2e::UserId("bulkhead " + author))).status, 200);
  int waited = 0;
  int turned_away = 0;
  for (auto& caller : callers) {
    const e2e::HttpAnswer answer = caller.get();
    EXPECT_TRUE(answer.status == 504 || answer.status == 503) << answer.status;
    if (answer.status == 503) {
      EXPECT_EQ(answer.Header("retry-after"), "1");
    }
    ++(answer.status == 504 ? waited : turned_away);
  }
  stack().posts().Resume();
  EXPECT_TRUE(Eventually([&] { return stack().ClientOf(author).Get("/api/posts").status == 200; }, kAfterServiceListens));
  EXPECT_EQ(stack().gateway().Terminate(), 0);
  stack().StartGateway();
  EXPECT_GE(waited, 16);
  EXPECT_GT(turned_away, 0);
  std::cout << "[  drill   ] of 64 callers of a hanging service " << waited << " waited, " << turned_away
            << " were turned away\n";
}

TEST_F(ServiceDrills, UserSyncServiceHangs) {
  const std::string author = NewUser();
  Writers writers(stack(), author, 4);
  ASSERT_TRUE(Eventually([&] { return writers.created() > 50; }));
  stack().users().Suspend();
  const int before = writers.created();
  const int webhook = stack().Deliver(CreatedEvent(e2e::UserId("hang " + author))).status;
  EXPECT_TRUE(webhook == 503 || webhook == 504) << webhook;
  EXPECT_TRUE(Eventually([&] { return writers.created() > before + 50; })) << "known users do not need it";
  stack().users().Resume();
  EXPECT_TRUE(Eventually([&] { return stack().Deliver(CreatedEvent(e2e::UserId("hang " + author))).status == 200; },
                         kAfterServiceListens));
  EXPECT_TRUE(writers.Settle());
  writers.ExpectExact();
}

TEST_F(ServiceDrills, TheGatewayRunsOutOfDescriptors) {
  const std::string author = NewUser();
  ASSERT_EQ(stack().gateway().Terminate(), 0);
  stack().StartGateway({.descriptors = 96});
  {
    e2e::HttpClient early = stack().ClientOf(author);
    ASSERT_EQ(early.Post("/api/posts", kPost).status, 201);
    const OpenSockets crowd(stack().gateway_port(), 300);
    EXPECT_EQ(early.Post("/api/posts", kPost).status, 201) << "who is in stays served";
  }
  EXPECT_TRUE(Eventually([&] { return stack().ClientOf(author).Post("/api/posts", kPost).status == 201; }, 5s));
  EXPECT_EQ(stack().gateway().Terminate(), 0);
  stack().StartGateway();
}

}  // namespace
}  // namespace inkwell::faults
