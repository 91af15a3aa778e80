#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace inkwell::posts {

// A bounded queue for what may take long, with a few workers that each take one item. Whoever an item is for, the owner, has one
// under way at most; the owners that wait take turns, and the items of each are handled in the order they came. So nobody waits
// for more than one item of each other owner, and nobody holds several workers. Thread-safe.
//
// `handle` must answer the item, and must not throw. On destruction what still waits is handled, then the workers end: destroy
// the producers first.
template <typename Item>
class FairQueue final {
 public:
  using Handle = std::function<void(Item item)>;

  struct Options {
    std::size_t workers = 2;
    std::size_t capacity = 4096;
    std::size_t capacity_of_owner = 256;  // so that one owner leaves room for others
  };

  FairQueue(Options options, Handle handle) : options_(options), handle_(std::move(handle)) {
    workers_.reserve(options_.workers);
    for (std::size_t i = 0; i < options_.workers; ++i) {
      workers_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
    }
  }

  // The item is taken only if there is room: on false it is untouched, and the caller answers "overloaded".
  [[nodiscard]] bool TryPush(const std::string& owner, Item&& item) {
    const std::lock_guard lock(mutex_);
    if (size_ >= options_.capacity) return false;
    const auto [line, is_new] = lines_.try_emplace(owner);
    if (line->second.size() >= options_.capacity_of_owner) return false;
    line->second.push_back(std::move(item));
    ++size_;
    if (is_new) {
      turns_.push_back(line->first);
      ready_.notify_one();  // under the lock: once it is given up, the item may be answered and this queue be gone
    }
    return true;
  }

  // Items that wait.
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return size_;
  }

 private:
  void Work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    // After the stop, what waits behind an item under way is left to that item's worker.
    while (ready_.wait(lock, stop, [this] { return !turns_.empty(); })) {
      const std::string owner = std::move(turns_.front());
      turns_.pop_front();
      std::deque<Item>& line = lines_.at(owner);
      Item item = std::move(line.front());
      line.pop_front();
      --size_;
      lock.unlock();
      handle_(std::move(item));
      lock.lock();
      EndTurn(owner);
    }
  }

  void EndTurn(const std::string& owner) {
    const auto line = lines_.find(owner);
    if (line->second.empty()) {
      lines_.erase(line);
      return;
    }
    turns_.push_back(owner);
    ready_.notify_one();
  }

  const Options options_;
  const Handle handle_;
  mutable std::mutex mutex_;
  std::condition_variable_any ready_;
  // Guarded by mutex_. An owner has a line while an item waits or is under way, and a turn while an item waits and none is under
  // way.
  std::map<std::string, std::deque<Item>> lines_;
  std::deque<std::string> turns_;
  std::size_t size_ = 0;
  std::vector<std::jthread> workers_;  // last: they end before what they use
};

}  // namespace inkwell::posts
