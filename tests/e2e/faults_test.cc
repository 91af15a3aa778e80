// Parts that fail while people work: nothing acknowledged is lost, nothing else is touched, and what heals, heals by itself.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/e2e/stack.h"
#include "tests/support/eventually.h"

namespace inkwell::e2e {
namespace {

// Writes posts over several connections and keeps a ledger of what was acknowledged.
class Writers final {
 public:
  Writers(Stack& stack, const std::string& user_id, int connections) {
    for (int i = 0; i < connections; ++i) {
      threads_.emplace_back([this, &stack, user_id] {
        HttpClient http = stack.ClientOf(user_id);
        while (!stop_) Record(http.Post("/api/posts", R"({"title":"Under load"})"));
      });
    }
  }
  ~Writers() { Stop(); }

  void Stop() {
    stop_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

  [[nodiscard]] int created() const { return created_; }
  [[nodiscard]] int unavailable() const { return unavailable_; }
  [[nodiscard]] std::set<int> unexpected() const {
    const std::lock_guard lock(mutex_);
    return unexpected_;
  }
  [[nodiscard]] std::set<std::string> acknowledged() const {
    const std::lock_guard lock(mutex_);
    return acknowledged_;
  }

 private:
  void Record(const HttpAnswer& answer) {
    if (answer.status == 201) {
      const std::lock_guard lock(mutex_);
      acknowledged_.insert(answer.Json().at("id"));
      ++created_;
    } else if (answer.status == 503 || answer.status == 504) {
      ++unavailable_;
    } else {
      const std::lock_guard lock(mutex_);
      unexpected_.insert(answer.status);
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<int> created_ = 0;
  std::atomic<int> unavailable_ = 0;
  mutable std::mutex mutex_;
  std::set<int> unexpected_;
  std::set<std::string> acknowledged_;
  std::vector<std::thread> threads_;
};

class Faults : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kTestClerk); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }

  static std::string NewUser(const std::string& name) {
    const std::string id = UserId(name);
    EXPECT_EQ(stack().Deliver(TestClerk::Event("user.created", TestClerk::SparseUser(id, 1000))).status, 200);
    return id;
  }
  static void ExpectLedgerHolds(const std::string& author, const Writers& writers) {
    EXPECT_TRUE(writers.unexpected().empty()) << ::testing::PrintToString(writers.unexpected());
    const auto acknowledged = writers.acknowledged();
    std::string ids;
    for (const auto& id : acknowledged) ids += (ids.empty() ? "'" : ",'") + id + "'";
    EXPECT_EQ(stack().Sql("SELECT count(*) FROM posts.posts WHERE author_id = '" + author + "' AND id IN (" + ids + ")"),
              std::to_string(acknowledged.size()));
  }

 private:
  static inline std::unique_ptr<Stack> stack_;
};

TEST_F(Faults, HealsWithinTwoSecondsAfterPostgresRestarts) {
  const std::string author = NewUser("restart");
  Writers writers(stack(), author, 8);
  ASSERT_TRUE(testing::Eventually([&] { return writers.created() > 50; }));
  stack().postgres().Stop(testing::PostgresCluster::StopMode::kImmediate);
  ASSERT_TRUE(testing::Eventually([&] { return writers.unavailable() > 10; }));
  stack().postgres().Start();
  const int before = writers.created();
  EXPECT_TRUE(testing::Eventually([&] { return writers.created() > before; }, std::chrono::seconds(2)));
  const std::string event = TestClerk::Event("user.created", TestClerk::SparseUser(UserId("after restart"), 1000));
  EXPECT_TRUE(testing::Eventually([&] { return stack().Deliver(event).status == 200; }, std::chrono::seconds(2)));
  writers.Stop();
  ExpectLedgerHolds(author, writers);
}

TEST_F(Faults, AnswersWebhooksWith503WhilePostgresIsDown) {
  const std::string id = UserId("webhook while down");
  const std::string event = TestClerk::Event("user.created", TestClerk::SparseUser(id, 1000));
  stack().postgres().Stop();
  const int while_down = stack().Deliver(event).status;
  stack().postgres().Start();
  EXPECT_EQ(while_down, 503);
  EXPECT_TRUE(testing::Eventually([&] { return stack().Deliver(event).status == 200; }));
  EXPECT_EQ(stack().Sql("SELECT count(*) FROM users.users WHERE clerk_id = '" + id + "'"), "1");
}

TEST_F(Faults, GoesOnWhenPostsServiceComesBackAfterAKill) {
  const std::string author = NewUser("killed");
  Writers writers(stack(), author, 4);
  ASSERT_TRUE(testing::Eventually([&] { return writers.created() > 50; }));
  stack().posts().Kill();
  ASSERT_TRUE(testing::Eventually([&] { return writers.unavailable() > 5; }));
  stack().StartPosts();
  const int before = writers.created();
  EXPECT_TRUE(testing::Eventually([&] { return writers.created() > before; }, std::chrono::seconds(5)));
  writers.Stop();
  ExpectLedgerHolds(author, writers);
}

TEST_F(Faults, WritesPostsOfKnownUsersWhileUserSyncServiceIsDown) {
  const std::string author = NewUser("known");
  ASSERT_EQ(stack().ClientOf(author).Post("/api/posts", R"({"title":"Before"})").status, 201);
  stack().users().Kill();
  const int known = stack().ClientOf(author).Post("/api/posts", R"({"title":"Meanwhile"})").status;
  const int unknown = stack().ClientOf(UserId("unknown meanwhile")).Post("/api/posts", R"({"title":"Who?"})").status;
  stack().StartUsers();
  EXPECT_EQ(known, 201);
  EXPECT_EQ(unknown, 503) << "whether the user exists cannot be said: try again";
  const std::string late = NewUser("late");
  EXPECT_TRUE(
      testing::Eventually([&] { return stack().ClientOf(late).Post("/api/posts", R"({"title":"Late"})").status == 201; }));
}

TEST_F(Faults, EndsCleanlyOnSigtermUnderLoad) {
  const std::string author = NewUser("drain");
  Writers writers(stack(), author, 4);
  ASSERT_TRUE(testing::Eventually([&] { return writers.created() > 50; }));
  EXPECT_EQ(stack().posts().Terminate(), 0);
  stack().StartPosts();
  const int before = writers.created();
  EXPECT_TRUE(testing::Eventually([&] { return writers.created() > before; }));
  writers.Stop();
  ExpectLedgerHolds(author, writers);
}

}  // namespace
}  // namespace inkwell::e2e
