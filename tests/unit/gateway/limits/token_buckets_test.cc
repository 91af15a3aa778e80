#include "gateway/limits/token_buckets.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace inkwell::gateway {
namespace {

using namespace std::chrono_literals;

class TokenBucketsTest : public testing::Test {
 protected:
  TokenBuckets Make(std::int64_t per_second, std::size_t max_keys = 1024) {
    return TokenBuckets(
        per_second, [this] { return now_; }, max_keys);
  }
  static int AdmittedOf(TokenBuckets& buckets, const std::string& key, int requests) {
    int admitted = 0;
    for (int i = 0; i < requests; ++i) admitted += buckets.Take(key).admitted ? 1 : 0;
    return admitted;
  }

  TokenBuckets::SteadyTime now_{1h};
};

TEST_F(TokenBucketsTest, AdmitTwoSecondsOfTheRateAtOnce) {
  TokenBuckets buckets = Make(5);
  EXPECT_EQ(AdmittedOf(buckets, "a", 30), 10);
}

TEST_F(TokenBucketsTest, FillUpAtTheRate) {
  TokenBuckets buckets = Make(5);
  EXPECT_EQ(AdmittedOf(buckets, "a", 30), 10);
  now_ += 199ms;
  EXPECT_EQ(AdmittedOf(buckets, "a", 30), 0);
  now_ += 1ms;
  EXPECT_EQ(AdmittedOf(buckets, "a", 30), 1);
  now_ += 1s;
  EXPECT_EQ(AdmittedOf(buckets, "a", 30), 5);
  now_ += 1h;
  EXPECT_EQ(AdmittedOf(buckets, "a", 30), 10) << "no more than full";
}

TEST_F(TokenBucketsTest, AdmitASteadyUserAtTheRateForEver) {
  TokenBuckets buckets = Make(100);
  int admitted = 0;
  for (int i = 0; i < 10'000; ++i) {
    admitted += buckets.Take("a").admitted ? 1 : 0;
    now_ += 10ms;
  }
  EXPECT_EQ(admitted, 10'000);
}

TEST_F(TokenBucketsTest, HoldNoLessThanNothingForWhoWasOvertaken) {
  TokenBuckets buckets = Make(1);
  now_ += 1s;
  EXPECT_EQ(AdmittedOf(buckets, "a", 3), 2);
  now_ -= 1s;  // the clock was read before those came
  const TokenBuckets::Verdict verdict = buckets.Take("a");
  EXPECT_FALSE(verdict.admitted);
  EXPECT_EQ(verdict.remaining, 0);
  EXPECT_EQ(verdict.full_in, 2s);
  EXPECT_EQ(verdict.token_in, 1s);
}

TEST_F(TokenBucketsTest, RefusedRequestsTakeNothing) {
  TokenBuckets buckets = Make(1);
  EXPECT_EQ(AdmittedOf(buckets, "a", 100), 2);
  now_ += 1s;
  EXPECT_TRUE(buckets.Take("a").admitted);
}

TEST_F(TokenBucketsTest, SayWhatIsLeftAndWhen) {
  TokenBuckets buckets = Make(2);
  EXPECT_EQ(buckets.capacity(), 4);
  const auto first = buckets.Take("a");
  EXPECT_EQ(first.remaining, 3);
  EXPECT_EQ(first.full_in, 500ms);
  EXPECT_EQ(first.token_in, 0ms);
  AdmittedOf(buckets, "a", 2);
  const auto last = buckets.Take("a");
  EXPECT_TRUE(last.admitted);
  EXPECT_EQ(last.remaining, 0);
  EXPECT_EQ(last.full_in, 2s);
  now_ += 100ms;
  const auto refused = buckets.Take("a");
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.token_in, 400ms);
  EXPECT_EQ(refused.full_in, 1900ms);
}

TEST_F(TokenBucketsTest, KeysDoNotShare) {
  TokenBuckets buckets = Make(1);
  EXPECT_EQ(AdmittedOf(buckets, "a", 10), 2);
  EXPECT_EQ(AdmittedOf(buckets, "b", 10), 2);
}

TEST_F(TokenBucketsTest, RememberABoundedNumberOfKeys) {
  TokenBuckets buckets = Make(1, 64);
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(buckets.Take("key " + std::to_string(i)).admitted);
  EXPECT_LE(buckets.size(), 64U);
}

TEST_F(TokenBucketsTest, ForgetTheKeyThatRestedLongest) {
  TokenBuckets buckets = Make(1, 512);  // 32 in each shard
  EXPECT_EQ(AdmittedOf(buckets, "busy", 10), 2);
  for (int i = 0; i < 5'000; ++i) {
    static_cast<void>(buckets.Take("key " + std::to_string(i)));
    if (i % 10 == 0) {
      EXPECT_FALSE(buckets.Take("busy").admitted);
    }
  }
}

TEST_F(TokenBucketsTest, ForgetFullBuckets) {
  TokenBuckets buckets = Make(100);
  for (int i = 0; i < 500; ++i) static_cast<void>(buckets.Take("key " + std::to_string(i)));
  EXPECT_EQ(buckets.size(), 500U);
  now_ += 2s;
  for (int i = 0; i < 500; ++i) static_cast<void>(buckets.Take("other " + std::to_string(i)));
  EXPECT_LT(buckets.size(), 700U);
  now_ += 2s;
  for (int i = 0; i < 100; ++i) static_cast<void>(buckets.Take("third " + std::to_string(i)));
  EXPECT_LT(buckets.size(), 550U);
}

TEST_F(TokenBucketsTest, CountExactlyOverThreads) {
  TokenBuckets buckets = Make(1000);
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] { admitted += AdmittedOf(buckets, "a", 1000); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 2000);
}

}  // namespace
}  // namespace inkwell::gateway
