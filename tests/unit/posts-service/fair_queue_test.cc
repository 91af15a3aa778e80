#include "posts-service/fair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace inkwell::posts {
namespace {

using ::testing::ElementsAre;

// Takes what comes; the first item holds its worker until Open.
class Gate final {
 public:
  void Pass(std::string item) {
    std::unique_lock lock(mutex_);
    passed_.push_back(std::move(item));
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void WaitForFirst() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !passed_.empty(); });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<std::string> passed() const {
    const std::lock_guard lock(mutex_);
    return passed_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> passed_;
  bool open_ = false;
};

TEST(FairQueueTest, OwnersTakeTurnsAndEachKeepsItsOrder) {
  Gate gate;
  {
    FairQueue<std::string> queue({.workers = 1}, [&](std::string item) { gate.Pass(std::move(item)); });
    EXPECT_TRUE(queue.TryPush("a", "a1"));
    gate.WaitForFirst();
    for (const char* item : {"a2", "a3", "a4"}) EXPECT_TRUE(queue.TryPush("a", item));
    for (const char* item : {"b1", "b2"}) EXPECT_TRUE(queue.TryPush("b", item));
    EXPECT_EQ(queue.size(), 5U);
    gate.Open();
  }
  EXPECT_THAT(gate.passed(), ElementsAre("a1", "b1", "a2", "b2", "a3", "a4"));
}

TEST(FairQueueTest, AnOwnerHasOneItemUnderWayHoweverManyWorkersAreIdle) {
  Gate gate;
  {
    FairQueue<std::string> queue({.workers = 4}, [&](std::string item) { gate.Pass(std::move(item)); });
    for (const char* item : {"a1", "a2", "a3"}) EXPECT_TRUE(queue.TryPush("a", item));
    gate.WaitForFirst();
    EXPECT_EQ(queue.size(), 2U);
    EXPECT_THAT(gate.passed(), ElementsAre("a1"));
    gate.Open();
  }
  EXPECT_THAT(gate.passed(), ElementsAre("a1", "a2", "a3"));
}

TEST(FairQueueTest, OneOwnerLeavesRoomForOthers) {
  Gate gate;
  {
    FairQueue<std::string> queue({.workers = 1, .capacity = 4, .capacity_of_owner = 2},
                                 [&](std::string item) { gate.Pass(std::move(item)); });
    EXPECT_TRUE(queue.TryPush("a", "a1"));
    gate.WaitForFirst();
    EXPECT_TRUE(queue.TryPush("a", "a2"));
    EXPECT_TRUE(queue.TryPush("a", "a3"));
    std::string refused = "a4";
    EXPECT_FALSE(queue.TryPush("a", std::move(refused)));
    EXPECT_EQ(refused, "a4");  // NOLINT(bugprone-use-after-move): what is not taken is untouched
    EXPECT_TRUE(queue.TryPush("b", "b1"));
    EXPECT_TRUE(queue.TryPush("b", "b2"));
    EXPECT_FALSE(queue.TryPush("c", "c1"));
    gate.Open();
  }
  EXPECT_THAT(gate.passed(), ElementsAre("a1", "b1", "a2", "b2", "a3"));
}

}  // namespace
}  // namespace inkwell::posts
