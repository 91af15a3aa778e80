#include "posts-service/authors_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/fake_store.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::Eventually;
using runtime::Code;
using runtime::Result;
using ::testing::ElementsAre;

constexpr Timestamp kNow{std::chrono::seconds(1'790'000'000)};

// Plays one script for each time it is followed, then idles until the stop.
class FakeStream final : public UserChangeStream {
 public:
  using Script = std::function<Result<void>(const std::function<bool(const UserChanges&)>& take)>;

  explicit FakeStream(std::vector<Script> scripts) : scripts_(std::move(scripts)) {}

  Result<void> Follow(const std::string& cursor, std::stop_token stop,
                      const std::function<bool(const UserChanges&)>& take) override {
    std::size_t turn = 0;
    {
      const std::lock_guard lock(mutex_);
      turn = cursors_.size();
      cursors_.push_back(cursor);
    }
    if (turn < scripts_.size()) return scripts_[turn](take);
    std::unique_lock lock(mutex_);
    std::condition_variable_any never;
    never.wait(lock, stop, [] { return false; });
    return {};
  }

  [[nodiscard]] std::vector<std::string> cursors() const {
    const std::lock_guard lock(mutex_);
    return cursors_;
  }

 private:
  const std::vector<Script> scripts_;
  mutable std::mutex mutex_;
  std::vector<std::string> cursors_;
};

UserChanges Living(const std::string& user_id, const std::string& cursor) {
  return {{{user_id, false, false, kNow}}, cursor, true};
}

Result<void> Cut() { return runtime::Fail(Code::kUnavailable, "UNAVAILABLE", "The stream was cut."); }

class AuthorsFollowerTest : public ::testing::Test {
 protected:
  // Follows until the stream was opened that often.
  std::vector<std::string> FollowUntil(std::vector<FakeStream::Script> scripts, std::size_t times) {
    FakeStream stream(std::move(scripts));
    const AuthorsFollower follower(store_, stream, metrics_, [] { return kNow; },
                                   {.min_pause = std::chrono::milliseconds(1), .max_pause = std::chrono::milliseconds(2)});
    EXPECT_TRUE(Eventually([&] { return stream.cursors().size() >= times; }));
    return stream.cursors();
  }

  FakeStore store_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
};

TEST_F(AuthorsFollowerTest, GoesOnFromTheLastCursorAfterTheStreamWasCut) {
  const auto cursors = FollowUntil({[](const auto& take) {
                                     EXPECT_TRUE(take(Living("user_a", "c1")));
                                     EXPECT_TRUE(take(Living("user_b", "c2")));
                                     return Cut();
                                   }},
                                   2);
  EXPECT_THAT(cursors, ElementsAre("", "c2"));
  EXPECT_TRUE(store_.HasAuthor("user_a"));
  EXPECT_TRUE(store_.HasAuthor("user_b"));
}

TEST_F(AuthorsFollowerTest, ARefusedCursorBeginsAResync) {
  const auto refuse = [](const auto&) -> Result<void> {
    return runtime::Fail(Code::kFailedPrecondition, "CURSOR_INVALID", "Another database.");
  };
  const auto cursors = FollowUntil({[](const auto& take) {
                                      EXPECT_TRUE(take(Living("user_a", "old")));
                                      return Cut();
                                    },
                                    refuse},
                                   3);
  EXPECT_THAT(cursors, ElementsAre("", "old", ""));
  const auto state = store_.ReadFollowState(runtime::DeadlineAfter(std::chrono::seconds(1)));
  EXPECT_EQ(state->resync, 1);
  EXPECT_FALSE(state->settled);
  EXPECT_TRUE(store_.HasAuthor("user_a"));
}

TEST_F(AuthorsFollowerTest, TriesAgainWhatCouldNotBeStored) {
  std::atomic<int> failures{2};
  store_.before = [&](const std::string& operation, std::size_t) -> Result<void> {
    if (operation != "ApplyChanges" || failures.fetch_sub(1) <= 0) return {};
    return runtime::Fail(Code::kAborted, "SERIALIZATION_FAILURE", "A deadlock.");
  };
  FollowUntil({[](const auto& take) {
                EXPECT_TRUE(take(Living("user_a", "c1")));
                return Cut();
              }},
              2);
  EXPECT_TRUE(store_.HasAuthor("user_a"));
}

TEST_F(AuthorsFollowerTest, WhereAnotherProcessWasQuickerItGoesOnFromThere) {
  const auto cursors =
      FollowUntil({[this](const auto& take) -> Result<void> {
                    const auto soon = runtime::DeadlineAfter(std::chrono::seconds(1));
                    EXPECT_TRUE(*store_.ApplyChanges({}, {{{"user_a", true, false, kNow}}, "further", true}, soon));
                    EXPECT_FALSE(take(Living("user_a", "c1")));  // would bring a deleted user back
                    return {};
                  }},
                  2);
  EXPECT_THAT(cursors, ElementsAre("", "further"));
  EXPECT_FALSE(store_.HasAuthor("user_a"));
}

TEST_F(AuthorsFollowerTest, AnIdThatIsNoneDoesNotStopTheOthers) {
  FollowUntil({[](const auto& take) {
                EXPECT_TRUE(take({{{"user 1", false, false, kNow}, {"user_a", false, false, kNow}}, "c1", true}));
                return Cut();
              }},
              2);
  EXPECT_TRUE(store_.HasAuthor("user_a"));
  EXPECT_FALSE(store_.HasAuthor("user 1"));
}

TEST_F(AuthorsFollowerTest, ADeletionWithoutATimeLeavesTheLagAsItWas) {
  FollowUntil({[](const auto& take) {
                EXPECT_TRUE(take({{{"user_a", false, false, kNow - std::chrono::seconds(3)}}, "c1", true}));
                EXPECT_TRUE(take({{{"user_a", true, false, Timestamp()}}, "c2", true}));
                return Cut();
              }},
              2);
  for (const auto& family : registry_.Collect()) {
    if (family.name == "inkwell_posts_authors_lag_seconds") {
      EXPECT_EQ(family.metric.at(0).gauge.value, 3.0);
      return;
    }
  }
  FAIL() << "no such metric";
}

TEST_F(AuthorsFollowerTest, IsCaughtUpOnlyWhileTheStreamIsOpen) {
  std::optional<bool> during;
  const AuthorsFollower* followed = nullptr;
  std::promise<void> made;
  std::promise<void> seen;
  FakeStream stream({[&](const auto& take) {
    made.get_future().wait();
    EXPECT_TRUE(take(Living("user_a", "c1")));
    during = followed->caught_up();
    seen.set_value();
    return Cut();
  }});
  const AuthorsFollower follower(
      store_, stream, metrics_, [] { return kNow; }, AuthorsFollower::Options{});
  followed = &follower;
  made.set_value();
  seen.get_future().wait();
  EXPECT_EQ(during, true);
  EXPECT_TRUE(Eventually([&] { return !follower.caught_up(); }));
}

}  // namespace
}  // namespace inkwell::posts
