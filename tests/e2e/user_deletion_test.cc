// A user is deleted while Clerk's Backend API still has them, and while they write: the tombstone stays, and no post does.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include "tests/e2e/stack.h"
#include "tests/support/eventually.h"

namespace inkwell::e2e {
namespace {

constexpr const char* kPost = R"({"title":"Still here"})";

class UserDeletion : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { stack_ = std::make_unique<Stack>(Signer::kEmulator); }
  static void TearDownTestSuite() { stack_.reset(); }
  static Stack& stack() { return *stack_; }

  struct Person {
    std::string id;
    std::string token;
  };
  static Person SignUp() {
    const auto answer = stack().SignUp({{"email", "leaves" + std::to_string(++count_) + "@example.com"}});
    return {answer.at("user_id"), answer.at("token")};
  }
  static HttpClient ClientOf(const Person& person) { return HttpClient(stack().gateway_port(), person.token); }
  // Clerk's word that the user is gone. The emulator does not send it, and keeps the user.
  static int DeliverDeletion(const Person& person) {
    return stack().Deliver(TestClerk::Event("user.deleted", TestClerk::DeletedUser(person.id))).status;
  }
  static bool EmulatorHas(const Person& person) { return stack().BackendApi().Get("/v1/users/" + person.id).status == 200; }
  static std::string Count(const std::string& from_where) { return stack().Sql("SELECT count(*) FROM " + from_where); }
  static bool HasRow(const Person& person) {
    return Count("users.users WHERE clerk_id = '" + person.id + "' AND deleted_at IS NULL") == "1";
  }
  static bool IsTombstone(const Person& person) {
    return Count("users.users WHERE clerk_id = '" + person.id +
                 "' AND deleted_at IS NOT NULL AND num_nonnulls(email, first_name, last_name, username, image_url) = 0") == "1";
  }
  // posts-service hears of users in the order of their changes: once it knows a later one, it has heard all that was before.
  static void WaitUntilPostsServiceHasHeardAll() {
    const Person later = SignUp();
    ASSERT_TRUE(testing::Eventually([&] { return Count("posts.authors WHERE author_id = '" + later.id + "'") == "1"; }));
  }
  static void ExpectNothingOfDeletedUsers() {
    for (const std::string table : {"posts", "authors", "idempotency_keys"}) {
      EXPECT_EQ(Count("posts." + table + " JOIN users.users ON clerk_id = author_id WHERE deleted_at IS NOT NULL"), "0") << table;
    }
  }

 private:
  static inline std::unique_ptr<Stack> stack_;
  static inline int count_ = 0;
};

TEST_F(UserDeletion, StandsAgainstAClerkThatStillHasTheUser) {
  const Person person = SignUp();
  HttpClient http = ClientOf(person);
  ASSERT_EQ(http.Post("/api/posts", kPost).status, 201);
  ASSERT_EQ(DeliverDeletion(person), 200);
  ASSERT_TRUE(EmulatorHas(person));
  EXPECT_TRUE(testing::Eventually([&] { return http.Post("/api/posts", kPost).status == 404; }));
  EXPECT_EQ(http.Get("/api/me").status, 404);
  EXPECT_EQ(http.Get("/api/me?fresh=1").status, 404) << "Clerk is asked, has the user, and is not believed";
  const HttpAnswer refused = http.Post("/api/posts", kPost);
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.Json().value("reason", ""), "USER_NOT_FOUND");
  EXPECT_TRUE(IsTombstone(person));
  ExpectNothingOfDeletedUsers();
}

TEST_F(UserDeletion, OvertakesTheCreationOfAUserWhomClerkStillHas) {
  HttpClient control(stack().emulator_port());
  ASSERT_LT(control.Post("/_emulator/webhooks/hold", R"({"seconds":30})").status, 300);
  const Person person = SignUp();
  ASSERT_EQ(DeliverDeletion(person), 200);
  ASSERT_TRUE(EmulatorHas(person));
  EXPECT_EQ(ClientOf(person).Post("/api/posts", kPost).status, 404);
  EXPECT_TRUE(IsTombstone(person));
  ASSERT_LT(control.Post("/_emulator/webhooks/release", "{}").status, 300);
  EXPECT_TRUE(testing::Eventually([&] {
    const auto deliveries = stack().Deliveries("user.created", person.id);
    return deliveries.size() == 1 && deliveries.front().at("last_status") == 200;
  })) << "the late creation is answered";
  EXPECT_TRUE(IsTombstone(person));
  EXPECT_EQ(ClientOf(person).Post("/api/posts", kPost).status, 404);
  ExpectNothingOfDeletedUsers();
}

// The copy gets each user from Clerk's webhook or from its Backend API, whichever is first, while they post and are deleted.
TEST_F(UserDeletion, LeavesNoPostWheneverItComes) {
  constexpr int kRounds = 30;
  std::mt19937 random(20261121);
  std::vector<Person> people;
  int created_in_all = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Person& person = people.emplace_back(SignUp());
    const int posts_before = static_cast<int>(random() % 40);
    std::atomic<int> created = 0;
    std::atomic<int> refused = 0;
    std::atomic<int> other = 0;
    std::vector<std::jthread> writers;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&] {
        HttpClient http = ClientOf(person);
        for (int status = 0; status != 404 && std::chrono::steady_clock::now() < give_up;) {
          status = http.Post("/api/posts", kPost).status;
          ++(status == 201 ? created : status == 404 ? refused : other);
        }
      });
    }
    EXPECT_TRUE(testing::Eventually([&] { return created >= posts_before; })) << "round " << round;
    EXPECT_EQ(DeliverDeletion(person), 200);
    writers.clear();
    EXPECT_EQ(refused, 4) << "round " << round;
    EXPECT_EQ(other, 0) << "round " << round;
    created_in_all += created;
  }
  EXPECT_GT(created_in_all, kRounds) << "they did write";

  WaitUntilPostsServiceHasHeardAll();
  ExpectNothingOfDeletedUsers();
  for (const Person& person : people) {
    EXPECT_EQ(ClientOf(person).Post("/api/posts", kPost).status, 404);
    EXPECT_TRUE(IsTombstone(person));
  }
  ExpectNothingOfDeletedUsers();
}

TEST_F(UserDeletion, IsEnforcedByAForeignKey) {
  // Says NOT VALID or DEFERRABLE at its end if that is so.
  EXPECT_EQ(stack().Sql("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND convalidated"
                        " AND conrelid = 'posts.posts'::regclass AND confrelid = 'posts.authors'::regclass"),
            "FOREIGN KEY (author_id) REFERENCES posts.authors(author_id) ON DELETE CASCADE");
}

}  // namespace
}  // namespace inkwell::e2e
