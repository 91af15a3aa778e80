#include "runtime/batch_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <numeric>

namespace inkwell::runtime {
namespace {

using Queue = BatchQueue<std::unique_ptr<int>>;

// Lets a test hold the workers inside `handle`, and see the batches.
struct Recorder {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::vector<int>> batches;
  bool open = true;

  Queue::Handle Handle() {
    return [this](std::vector<std::unique_ptr<int>> batch) {
      std::unique_lock lock(mutex);
      std::vector<int> values;
      for (const auto& item : batch) values.push_back(*item);
      batches.push_back(values);
      changed.notify_all();
      changed.wait(lock, [this] { return open; });
    };
  }
  bool WaitForBatches(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [&] { return batches.size() >= count; });
  }
  void SetOpen(bool value) {
    const std::lock_guard lock(mutex);
    open = value;
    changed.notify_all();
  }
};

bool Push(Queue& queue, int value) { return queue.TryPush(std::make_unique<int>(value)); }

TEST(BatchQueue, HandlesASingleItemAtOnceAndAlone) {
  Recorder recorder;
  Queue queue({.workers = 2, .capacity = 8, .max_batch = 4}, recorder.Handle());
  ASSERT_TRUE(Push(queue, 1));
  ASSERT_TRUE(recorder.WaitForBatches(1));
  ASSERT_TRUE(Push(queue, 2));
  ASSERT_TRUE(recorder.WaitForBatches(2));
  EXPECT_EQ(recorder.batches, (std::vector<std::vector<int>>{{1}, {2}}));
}

TEST(BatchQueue, GathersInOrderWhileTheWorkerIsBusy) {
  Recorder recorder;
  recorder.SetOpen(false);
  {
    Queue queue({.workers = 1, .capacity = 8, .max_batch = 3}, recorder.Handle());
    ASSERT_TRUE(Push(queue, 0));
    ASSERT_TRUE(recorder.WaitForBatches(1));
    for (int i = 1; i <= 5; ++i) ASSERT_TRUE(Push(queue, i));
    EXPECT_EQ(queue.size(), 5U);
    recorder.SetOpen(true);
    ASSERT_TRUE(recorder.WaitForBatches(3));
  }
  EXPECT_EQ(recorder.batches, (std::vector<std::vector<int>>{{0}, {1, 2, 3}, {4, 5}}));
}

TEST(BatchQueue, RefusesWhenFullAndLeavesTheItem) {
  Recorder recorder;
  recorder.SetOpen(false);
  Queue queue({.workers = 1, .capacity = 2, .max_batch = 3}, recorder.Handle());
  ASSERT_TRUE(Push(queue, 0));
  ASSERT_TRUE(recorder.WaitForBatches(1));
  ASSERT_TRUE(Push(queue, 1));
  ASSERT_TRUE(Push(queue, 2));
  auto refused = std::make_unique<int>(3);
  EXPECT_FALSE(queue.TryPush(std::move(refused)));
  ASSERT_NE(refused, nullptr);  // NOLINT(bugprone-use-after-move): that it was not moved is the point
  EXPECT_EQ(*refused, 3);
  recorder.SetOpen(true);
}

TEST(BatchQueue, TakesItemsThatComeTogetherTogether) {
  Recorder recorder;
  Queue queue({.workers = 1, .capacity = 8, .max_batch = 4}, recorder.Handle());
  std::vector<std::unique_ptr<int>> items;
  for (int i = 1; i <= 4; ++i) items.push_back(std::make_unique<int>(i));
  EXPECT_EQ(queue.TryPush(items), 4U);
  ASSERT_TRUE(recorder.WaitForBatches(1));
  EXPECT_EQ(recorder.batches, (std::vector<std::vector<int>>{{1, 2, 3, 4}}));
}

TEST(BatchQueue, TakesAsManyOfThemAsThereIsRoomFor) {
  Recorder recorder;
  recorder.SetOpen(false);
  {
    Queue queue({.workers = 1, .capacity = 2, .max_batch = 4}, recorder.Handle());
    ASSERT_TRUE(Push(queue, 0));
    ASSERT_TRUE(recorder.WaitForBatches(1));
    std::vector<std::unique_ptr<int>> items;
    for (int i = 1; i <= 3; ++i) items.push_back(std::make_unique<int>(i));
    EXPECT_EQ(queue.TryPush(items), 2U);
    ASSERT_NE(items[2], nullptr);
    EXPECT_EQ(*items[2], 3);
    recorder.SetOpen(true);
  }
  EXPECT_EQ(recorder.batches, (std::vector<std::vector<int>>{{0}, {1, 2}}));
}

TEST(BatchQueue, SharesOutManyItemsThatComeTogether) {
  Recorder recorder;
  recorder.SetOpen(false);
  Queue queue({.workers = 2, .capacity = 8, .max_batch = 2}, recorder.Handle());
  std::vector<std::unique_ptr<int>> items;
  EXPECT_EQ(queue.TryPush(items), 0U);
  for (int i = 1; i <= 4; ++i) items.push_back(std::make_unique<int>(i));
  EXPECT_EQ(queue.TryPush(items), 4U);
  EXPECT_TRUE(recorder.WaitForBatches(2)) << "both workers have come";
  recorder.SetOpen(true);
}

TEST(BatchQueue, HandlesWhatWaitsAtItsDestruction) {
  Recorder recorder;
  recorder.SetOpen(false);
  std::future<void> destroyed;
  {
    auto queue = std::make_unique<Queue>(Queue::Options{.workers = 1, .capacity = 8, .max_batch = 2}, recorder.Handle());
    ASSERT_TRUE(Push(*queue, 0));
    ASSERT_TRUE(recorder.WaitForBatches(1));
    for (int i = 1; i <= 3; ++i) ASSERT_TRUE(Push(*queue, i));
    destroyed = std::async(std::launch::async, [doomed = std::move(queue)]() mutable { doomed.reset(); });
  }
  EXPECT_EQ(destroyed.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  recorder.SetOpen(true);
  ASSERT_EQ(destroyed.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(recorder.batches, (std::vector<std::vector<int>>{{0}, {1, 2}, {3}}));
}

TEST(BatchQueue, LosesAndRepeatsNothingUnderManyProducers) {
  std::atomic<std::int64_t> sum{0};
  std::atomic<int> handled{0};
  std::int64_t expected = 0;
  int pushed = 0;
  {
    BatchQueue<int> queue({.workers = 3, .capacity = 100'000, .max_batch = 7}, [&](const std::vector<int>& batch) {
      sum += std::accumulate(batch.begin(), batch.end(), std::int64_t{0});
      handled += static_cast<int>(batch.size());
    });
    std::vector<std::jthread> producers;
    for (int producer = 0; producer < 4; ++producer) {
      producers.emplace_back([&queue, producer] {
        for (int i = 0; i < 2000; ++i) EXPECT_TRUE(queue.TryPush(producer * 2000 + i));
      });
    }
    producers.clear();
    for (int i = 0; i < 8000; ++i, ++pushed) expected += i;
  }
  EXPECT_EQ(handled.load(), pushed);
  EXPECT_EQ(sum.load(), expected);
}

}  // namespace
}  // namespace inkwell::runtime
