#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "user-sync-service/change_feed.h"

namespace inkwell::users {

// A consumer of the change stream that keeps what it gets, and takes the next batch only when the test says so, by Next.
// Thread-safe. Must outlive the feed.
class RecordingSink final : public ChangeSink {
 public:
  explicit RecordingSink(ChangeFeed& feed) : feed_(feed) {}

  void Open(std::optional<ChangeCursor> cursor = std::nullopt) { id_ = feed_.Open(*this, std::move(cursor)); }
  void OpenAt(const std::string& cursor) { Open(DecodeCursor(cursor)); }
  void Cancel() { feed_.Cancel(id_); }

  // The next batch, taken: the feed may send another. nullopt if none comes within the patience, or the stream ended.
  std::optional<ChangeBatch> Next(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    std::optional<ChangeBatch> batch;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, patience, [this] { return batch_ || end_; });
      batch.swap(batch_);
    }
    if (batch) feed_.Sent(id_, true);
    return batch;
  }
  // Whether a batch is waiting to be taken.
  [[nodiscard]] bool WaitForBatch() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return batch_.has_value(); });
  }
  // Takes batches until one has caught up: the ids in the order in which they came.
  std::vector<std::string> NextUntilCaughtUp() {
    std::vector<std::string> ids;
    while (const auto batch = Next()) {
      for (const auto& user : batch->users) ids.push_back(user.user.id);
      last_cursor_ = batch->cursor;
      if (batch->caught_up) break;
    }
    return ids;
  }
  [[nodiscard]] const std::string& last_cursor() const { return last_cursor_; }

  // Why the stream ended; nullopt if it does not within 10 s.
  std::optional<runtime::Error> WaitForEnd() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return end_.has_value(); });
    return end_;
  }

  void Send(ChangeBatch batch) override {
    const std::lock_guard lock(mutex_);
    overrun_ = overrun_ || batch_.has_value();
    batch_ = std::move(batch);
    changed_.notify_all();
  }
  void End(const runtime::Error& why) override {
    const std::lock_guard lock(mutex_);
    end_ = why;
    changed_.notify_all();
  }

  // Whether the feed ever sent a batch before the one before was taken.
  [[nodiscard]] bool overrun() const {
    const std::lock_guard lock(mutex_);
    return overrun_;
  }

 private:
  ChangeFeed& feed_;
  ChangeFeed::SinkId id_ = 0;
  std::string last_cursor_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<ChangeBatch> batch_;
  std::optional<runtime::Error> end_;
  bool overrun_ = false;
};

}  // namespace inkwell::users
