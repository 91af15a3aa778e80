#include "http/deadline_watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>

#include "tests/support/eventually.h"

namespace clerk::http {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

TEST(DeadlineWatchTest, CallsBackOnceADeadlineHasPassed) {
  DeadlineWatch watch;
  std::atomic<int> calls{0};
  const DeadlineWatch::Guard guard(watch, steady_clock::now(), [&] { ++calls; });
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return calls == 1 && guard.fired(); }));
}

TEST(DeadlineWatchTest, NeverCallsBackForWorkThatIsDone) {
  DeadlineWatch watch;
  std::atomic<int> calls{0};
  {
    const DeadlineWatch::Guard done(watch, steady_clock::now() + hours(1), [&] { calls += 100; });
  }
  const DeadlineWatch::Guard late(watch, steady_clock::now(), [&] { ++calls; });
  EXPECT_TRUE(inkwell::testing::Eventually([&] { return calls != 0; }));
  EXPECT_EQ(calls, 1);
}

TEST(DeadlineWatchTest, ACallbackThatHangsHoldsUpNoOtherDeadline) {
  DeadlineWatch watch;
  std::promise<void> release;
  std::atomic<bool> hanging{false};
  std::atomic<bool> other{false};
  {
    const DeadlineWatch::Guard first(watch, steady_clock::now(), [&] {
      hanging = true;
      release.get_future().wait();
    });
    ASSERT_TRUE(inkwell::testing::Eventually([&] { return hanging.load(); }));
    const DeadlineWatch::Guard second(watch, steady_clock::now(), [&] { other = true; });
    EXPECT_TRUE(inkwell::testing::Eventually([&] { return other.load(); }));
    release.set_value();
  }
}

TEST(DeadlineWatchTest, WorkEndsAfterItsCallbackHasReturned) {
  DeadlineWatch watch;
  std::atomic<bool> begun{false};
  std::promise<void> release;
  std::atomic<bool> returned{false};
  std::thread releaser;
  {
    const DeadlineWatch::Guard guard(watch, steady_clock::now(), [&] {
      begun = true;
      release.get_future().wait();
      returned = true;
    });
    ASSERT_TRUE(inkwell::testing::Eventually([&] { return begun.load(); }));
    releaser = std::thread([&] { release.set_value(); });
  }
  EXPECT_TRUE(returned);
  releaser.join();
}

}  // namespace
}  // namespace clerk::http
