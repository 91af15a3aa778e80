#include "gateway/limits/token_buckets.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace inkwell::gateway {

using std::chrono::nanoseconds;

TokenBuckets::TokenBuckets(std::int64_t per_second, SteadyClock clock, std::size_t max_keys)
    : per_second_(per_second),
      token_(nanoseconds(std::chrono::seconds(1)) / per_second),
      full_(token_ * capacity()),
      max_keys_of_shard_(std::max<std::size_t>(1, max_keys / kShards)),
      clock_(std::move(clock)) {}

// A bucket is one point in time, at which it will be full: each token that is taken moves it by the time that a token takes to
// arrive, and it may lie as far ahead as a whole bucket takes.
TokenBuckets::Verdict TokenBuckets::Take(std::string_view key) {
  Shard& shard = shards_[std::hash<std::string_view>{}(key) % kShards];
  const SteadyTime asked_at = clock_();
  const std::lock_guard lock(shard.mutex);
  Bucket& bucket = Find(shard, key, asked_at);
  // Who came later may have had the lock, and taken tokens, before: a bucket never holds less than nothing.
  const SteadyTime now = std::max(asked_at, bucket.full_at - full_);
  const SteadyTime full_at = std::max(bucket.full_at, now);
  const nanoseconds room = full_ - (full_at - now);  // what is in the bucket, as time
  Verdict verdict;
  verdict.admitted = room >= token_;
  bucket.full_at = verdict.admitted ? full_at + token_ : full_at;
  verdict.full_in = bucket.full_at - now;
  verdict.remaining = (full_ - verdict.full_in) / token_;
  verdict.token_in = verdict.remaining > 0 ? nanoseconds(0) : token_ - (full_ - verdict.full_in);
  return verdict;
}

TokenBuckets::Bucket& TokenBuckets::Find(Shard& shard, std::string_view key, SteadyTime now) {
  const auto known = shard.by_key.find(key);
  if (known != shard.by_key.end()) {
    shard.buckets.splice(shard.buckets.begin(), shard.buckets, known->second);
    return shard.buckets.front();
  }
  // Two for each that comes, so that the table also shrinks. Who rested that long is full, whatever was taken before.
  for (int i = 0; i < 2 && !shard.buckets.empty(); ++i) {
    const Bucket& oldest = shard.buckets.back();
    if (oldest.full_at > now && shard.buckets.size() < max_keys_of_shard_) break;
    shard.by_key.erase(oldest.key);
    shard.buckets.pop_back();
  }
  shard.buckets.push_front({std::string(key), now});
  shard.by_key.emplace(shard.buckets.front().key, shard.buckets.begin());
  return shard.buckets.front();
}

std::size_t TokenBuckets::size() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.buckets.size();
  }
  return sum;
}

}  // namespace inkwell::gateway
