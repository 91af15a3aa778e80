#include "posts-service/housekeeping.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "tests/support/eventually.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/fake_store.h"
#include "tests/unit/posts-service/fake_user_directory.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::Eventually;
using inkwell::testing::IsOk;

constexpr Timestamp kNow{std::chrono::seconds(1'790'000'000)};
constexpr Housekeeping::Options kOften{.interval = std::chrono::milliseconds(1), .page = 1, .keys_at_once = 1};

runtime::Deadline Soon() { return runtime::DeadlineAfter(std::chrono::seconds(1)); }

class HousekeepingTest : public ::testing::Test {
 protected:
  void Follow(const std::string& author_id) {
    const auto state = *store_.ReadFollowState(Soon());
    ASSERT_TRUE(*store_.ApplyChanges(state, {{{author_id, false, false, kNow}}, state.cursor + "x", true}, Soon()));
  }
  bool IsSettled() { return store_.ReadFollowState(Soon())->settled; }
  // Until it has gone round a few times more.
  void LetItGoRound() {
    const std::size_t rounds = store_.CountOf("ForgetKeys");
    ASSERT_TRUE(Eventually([&] { return store_.CountOf("ForgetKeys") > rounds + 2; }));
  }

  FakeStore store_;
  FakeUserDirectory users_;
  std::atomic<bool> caught_up_{true};
};

TEST_F(HousekeepingTest, ConfirmsOrRemovesWhatWasLeftUnconfirmed) {
  const std::vector<std::string> ids{"user_ghost", "user_real"};
  ASSERT_THAT(store_.AddUnconfirmed(ids, Soon()), IsOk());
  users_.Know("user_real");
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  EXPECT_TRUE(Eventually([&] { return store_.FindUnconfirmed(std::chrono::seconds(0), "", 10, Soon())->empty(); }));
  EXPECT_TRUE(store_.HasAuthor("user_real"));
  EXPECT_FALSE(store_.HasAuthor("user_ghost"));
}

TEST_F(HousekeepingTest, AnUnconfirmedAuthorOfWhomNobodyCanTellDoesNotHoldUpTheOthers) {
  const std::vector<std::string> ids{"user_a", "user_b"};
  ASSERT_THAT(store_.AddUnconfirmed(ids, Soon()), IsOk());
  users_.Hide("user_a");
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  EXPECT_TRUE(Eventually([&] { return !store_.HasAuthor("user_b"); }));
  EXPECT_TRUE(store_.HasAuthor("user_a"));
}

TEST_F(HousekeepingTest, StopsARoundWhenTenUnconfirmedInARowHaveNoAnswer) {
  std::vector<std::string> ids;
  for (char c = 'a'; c <= 'z'; ++c) ids.push_back(std::string("user_") + c);
  ASSERT_THAT(store_.AddUnconfirmed(ids, Soon()), IsOk());
  users_.SetDown(true);
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  LetItGoRound();
  for (const std::string& asked : users_.asked()) EXPECT_LT(asked, "user_k");
}

TEST_F(HousekeepingTest, RemovesAfterAResyncOnlyWhoWasNotSeenAndDoesNotExist) {
  for (const char* id : {"user_a", "user_b", "user_c"}) Follow(id);
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  Follow("user_a");
  users_.Know("user_b");
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  EXPECT_TRUE(Eventually([&] { return IsSettled(); }));
  EXPECT_TRUE(store_.HasAuthor("user_a"));
  EXPECT_TRUE(store_.HasAuthor("user_b"));
  EXPECT_FALSE(store_.HasAuthor("user_c"));
  for (const std::string& asked : users_.asked()) EXPECT_NE(asked, "user_a");
  EXPECT_EQ(users_.asked_clerk(), users_.asked()) << "posts go only on Clerk's own word";
}

TEST_F(HousekeepingTest, AnAuthorOfWhomNobodyCanTellDoesNotHoldUpTheOthers) {
  for (const char* id : {"user_a", "user_b", "user_c"}) Follow(id);
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  users_.Hide("user_a");
  users_.Know("user_b");
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  EXPECT_TRUE(Eventually([&] { return !store_.HasAuthor("user_c"); }));
  LetItGoRound();
  EXPECT_TRUE(store_.HasAuthor("user_a"));
  EXPECT_FALSE(IsSettled());
}

TEST_F(HousekeepingTest, ManyOfWhomNobodyCanTellDoNotHoldUpTheOthersWhileSomeAreAnswered) {
  for (int i = 0; i < 40; ++i) {
    const std::string id = "user_" + std::to_string(100 + i);
    Follow(id);
    if (i % 2 == 0) {
      users_.Hide(id);
    } else if (i != 39) {
      users_.Know(id);
    }
  }
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  EXPECT_TRUE(Eventually([&] { return !store_.HasAuthor("user_139"); }));
}

TEST_F(HousekeepingTest, CountsTheAuthorsOnlyIfMoreThanOneIsMissing) {
  for (const char* id : {"user_a", "user_b"}) Follow(id);
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  users_.Know("user_b");
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  EXPECT_TRUE(Eventually([&] { return IsSettled(); }));
  EXPECT_FALSE(store_.HasAuthor("user_a"));
  EXPECT_EQ(store_.CountOf("CountAuthors"), 0U);
}

TEST_F(HousekeepingTest, RemovesNobodyIfMoreThanFivePercentAreMissing) {
  constexpr int kAuthors = 40;
  for (int i = 0; i < kAuthors; ++i) {
    const std::string id = "user_" + std::to_string(i);
    Follow(id);
    if (i >= 3) users_.Know(id);
  }
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  ASSERT_TRUE(Eventually([&] { return users_.asked().size() >= 3; }));
  LetItGoRound();
  const std::size_t asked = users_.asked().size();
  LetItGoRound();
  EXPECT_EQ(users_.asked().size(), asked) << "it asked on after it had given up";
  EXPECT_EQ(store_.CountOf("RemoveUnseen"), 0U);
  EXPECT_FALSE(IsSettled());
}

TEST_F(HousekeepingTest, RemovesNobodyBeforeTheStreamHasCaughtUp) {
  Follow("user_a");
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  caught_up_ = false;
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  LetItGoRound();
  EXPECT_TRUE(store_.HasAuthor("user_a"));
  EXPECT_FALSE(IsSettled());
}

TEST_F(HousekeepingTest, RemovesNobodyWhileNobodyAnswers) {
  Follow("user_a");
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  users_.SetDown(true);
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  LetItGoRound();
  EXPECT_TRUE(store_.HasAuthor("user_a"));
  EXPECT_FALSE(IsSettled());
}

TEST_F(HousekeepingTest, WithoutAClerkItAsksOncePerRoundUntilThereIsOne) {
  for (int i = 0; i < 20; ++i) Follow("user_" + std::to_string(100 + i));
  ASSERT_TRUE(*store_.BeginResync(*store_.ReadFollowState(Soon()), Soon()));
  users_.SetClerk(false);
  const Housekeeping housekeeping(
      store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
  LetItGoRound();
  for (const std::string& asked : users_.asked()) EXPECT_EQ(asked, "user_100");
  EXPECT_FALSE(IsSettled());
  for (int i = 0; i < 20; ++i) users_.Know("user_" + std::to_string(100 + i));
  users_.SetClerk(true);
  EXPECT_TRUE(Eventually([&] { return IsSettled(); }));
}

TEST_F(HousekeepingTest, ForgetsKeysAfter24HoursInSmallBatches) {
  Follow("user_a");
  for (const int hours : {0, 1, 30}) {
    const Timestamp made = kNow - std::chrono::hours(hours);
    const PostId id = PostId::Make(made);
    const NewPost post{{"user_a", id, "Title", {}, false, id.time()}, IdempotencyKey{std::to_string(hours), "hash"}, made};
    ASSERT_THAT(store_.CreateWithKeys(std::span(&post, 1), Soon()), IsOk());
  }
  {
    const Housekeeping housekeeping(
        store_, store_, users_, [this] { return caught_up_.load(); }, [] { return kNow; }, kOften);
    LetItGoRound();
  }
  EXPECT_EQ(*store_.ForgetKeys(kNow + std::chrono::hours(1), 10, Soon()), 2);
}

}  // namespace
}  // namespace inkwell::posts
