#include "tokens/verified_token_cache.h"

#include <functional>
#include <utility>

namespace clerk::tokens {
namespace {

constexpr std::size_t kShards = 16;
constexpr std::size_t kHashedTail = 43;  // 256 bits in base64url
// Larger tokens are verified each time: the bound on entries is to be a bound on memory.
constexpr std::size_t kMaxTokenBytes = std::size_t{8} * 1024;

}  // namespace

std::size_t VerifiedTokenCache::TailHash::operator()(std::string_view token) const noexcept {
  return std::hash<std::string_view>()(token.size() > kHashedTail ? token.substr(token.size() - kHashedTail) : token);
}

VerifiedTokenCache::VerifiedTokenCache(std::size_t max_entries)
    : max_entries_per_shard_(max_entries < kShards ? max_entries : max_entries / kShards),
      shards_(max_entries < kShards ? 1 : kShards) {}

VerifiedTokenCache::Shard& VerifiedTokenCache::ShardOf(std::string_view token) {
  // The upper bits: the lower ones choose the bucket inside the shard.
  return shards_[(TailHash()(token) >> 48) % shards_.size()];
}

std::shared_ptr<const SessionToken::Data> VerifiedTokenCache::Find(std::string_view token, std::uint64_t generation) {
  if (max_entries_per_shard_ == 0 || token.size() > kMaxTokenBytes) return nullptr;
  Shard& shard = ShardOf(token);
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.index.find(token);
  if (it == shard.index.end() || it->second->generation != generation) return nullptr;
  return it->second->data;
}

void VerifiedTokenCache::Insert(std::string_view token, std::uint64_t generation,
                                std::shared_ptr<const SessionToken::Data> data) {
  if (max_entries_per_shard_ == 0 || token.size() > kMaxTokenBytes) return;
  Entry entry{std::string(token), generation, std::move(data)};
  Shard& shard = ShardOf(token);
  const std::lock_guard lock(shard.mutex);
  if (const auto it = shard.index.find(token); it != shard.index.end()) {
    const auto position = it->second;
    shard.index.erase(it);
    shard.entries.erase(position);
  } else if (shard.entries.size() >= max_entries_per_shard_) {
    shard.index.erase(shard.entries.front().token);
    shard.entries.pop_front();
  }
  shard.entries.push_back(std::move(entry));
  shard.index.emplace(shard.entries.back().token, std::prev(shard.entries.end()));
}

}  // namespace clerk::tokens
