#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "clerk/session_token.h"

namespace clerk::tokens {

// Remembers tokens whose signature was verified, so that the next requests of a page cost a look-up. Bounded: the oldest entry
// goes first, which for tokens of equal lifetime is the one that expires first. Only genuine tokens get in, hence an attacker
// can neither fill it nor choose what collides. The caller still compares an entry's times with the clock. Thread-safe.
class VerifiedTokenCache final {
 public:
  explicit VerifiedTokenCache(std::size_t max_entries);

  // Null unless this very token was remembered under this generation of keys.
  [[nodiscard]] std::shared_ptr<const SessionToken::Data> Find(std::string_view token, std::uint64_t generation);
  void Insert(std::string_view token, std::uint64_t generation, std::shared_ptr<const SessionToken::Data> data);

 private:
  struct Entry {
    std::string token;
    std::uint64_t generation;
    std::shared_ptr<const SessionToken::Data> data;
  };
  // A genuine signature looks random to its last character: its end tells tokens apart, the rest need not be hashed.
  struct TailHash {
    std::size_t operator()(std::string_view token) const noexcept;
  };
  struct Shard {
    std::mutex mutex;
    std::list<Entry> entries;                                                          // oldest first
    std::unordered_map<std::string_view, std::list<Entry>::iterator, TailHash> index;  // views into `entries`
  };

  [[nodiscard]] Shard& ShardOf(std::string_view token);

  std::size_t max_entries_per_shard_;
  std::vector<Shard> shards_;
};

}  // namespace clerk::tokens
