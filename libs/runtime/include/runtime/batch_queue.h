#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace inkwell::runtime {

// A bounded queue with a few workers that each take what is waiting (docs/adr/0002): with one caller an item is handled at
// once and alone; while workers are busy, items gather and are handled together. There is no timer. Thread-safe.
//
// `handle` gets 1 to max_batch items, in the order they came, and must answer each of them; it must not throw. On destruction
// what still waits is handled, then the workers end: destroy the producers first.
template <typename Item>
class BatchQueue final {
 public:
  using Handle = std::function<void(std::vector<Item> batch)>;

  struct Options {
    std::size_t workers = 2;
    std::size_t capacity = 4096;
    std::size_t max_batch = 64;
  };

  BatchQueue(Options options, Handle handle) : options_(options), handle_(std::move(handle)) {
    workers_.reserve(options_.workers);
    for (std::size_t i = 0; i < options_.workers; ++i) {
      workers_.emplace_back([this](std::stop_token stop) { Work(stop); });
    }
  }

  // The item is taken only if there is room: on false it is untouched, and the caller answers "overloaded".
  [[nodiscard]] bool TryPush(Item&& item) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= options_.capacity) return false;
    waiting_.push_back(std::move(item));
    ready_.notify_one();  // under the lock: once it is given up, the item may be answered and this queue be gone
    return true;
  }

  // Items that came together: queued at once, so that a worker can take them together. As many as there is room for are taken,
  // from the front; returns how many, and the others are untouched.
  [[nodiscard]] std::size_t TryPush(std::span<Item> items) {
    const std::lock_guard lock(mutex_);
    const std::size_t taken = std::min(items.size(), options_.capacity - waiting_.size());
    std::move(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(taken), std::back_inserter(waiting_));
    if (taken > options_.max_batch) {
      ready_.notify_all();
    } else if (taken > 0) {
      ready_.notify_one();
    }
    return taken;
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

 private:
  void Work(std::stop_token stop) {
    std::vector<Item> batch;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, stop, [this] { return !waiting_.empty(); });
        if (waiting_.empty()) return;
        while (!waiting_.empty() && batch.size() < options_.max_batch) {
          batch.push_back(std::move(waiting_.front()));
          waiting_.pop_front();
        }
      }
      handle_(std::exchange(batch, {}));
    }
  }

  const Options options_;
  const Handle handle_;
  mutable std::mutex mutex_;
  std::condition_variable_any ready_;
  std::deque<Item> waiting_;
  std::vector<std::jthread> workers_;  // last: they end before what they use
};

}  // namespace inkwell::runtime
