#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace inkwell::gateway {

// One token bucket for each key: it holds twice the rate and fills up with `per_second` tokens a second, so that whoever rested
// for two seconds has a full one. A bucket is remembered only while it is not full, and of at most `max_keys` keys: beyond that
// the one that rested longest is forgotten, which is the fullest. Thread-safe.
class TokenBuckets final {
 public:
  using SteadyTime = std::chrono::steady_clock::time_point;
  using SteadyClock = std::function<SteadyTime()>;

  // What a bucket holds, in tokens of a second's rate.
  static constexpr std::int64_t kBurst = 2;
  static constexpr std::size_t kDefaultMaxKeys = std::size_t{64} * 1024;

  struct Verdict {
    bool admitted = false;
    std::int64_t remaining = 0;           // whole tokens that are left
    std::chrono::nanoseconds full_in{};   // when the bucket is full again, without further requests
    std::chrono::nanoseconds token_in{};  // when there is a token again; 0 if there is one
  };

  // `per_second` is at least 1.
  TokenBuckets(std::int64_t per_second, SteadyClock clock, std::size_t max_keys = kDefaultMaxKeys);

  // Takes a token out of the key's bucket, if it holds one.
  [[nodiscard]] Verdict Take(std::string_view key);

  // Tokens that a full bucket holds.
  [[nodiscard]] std::int64_t capacity() const { return kBurst * per_second_; }
  // Keys that are remembered.
  [[nodiscard]] std::size_t size() const;

 private:
  static constexpr std::size_t kShards = 16;

  struct Bucket {
    std::string key;
    SteadyTime full_at;
  };
  // Threads that meet here seldom take the same lock.
  struct Shard {
    mutable std::mutex mutex;
    std::list<Bucket> buckets;  // guarded by mutex, as is `by_key`; the most recently used first
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key;  // views into `buckets`
  };

  Bucket& Find(Shard& shard, std::string_view key, SteadyTime now);

  const std::int64_t per_second_;
  const std::chrono::nanoseconds token_;  // the time in which one token arrives
  const std::chrono::nanoseconds full_;   // the time in which an empty bucket becomes full
  const std::size_t max_keys_of_shard_;
  const SteadyClock clock_;
  std::array<Shard, kShards> shards_;
};

}  // namespace inkwell::gateway
