#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "tests/unit/user-sync-service/fake_user_repository.h"

namespace inkwell::users {

// A fake whose calls wait at a gate while it is closed: what happens while the database is busy. Thread-safe.
class GatedUserRepository final : public UserRepository {
 public:
  FakeUserRepository& inner() { return inner_; }

  void Close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  // Until so many calls wait at the gate. False if that takes longer than 10 s.
  [[nodiscard]] bool WaitForCallers(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return waiting_ >= count; });
  }

  runtime::Result<std::vector<Verdict>> Apply(EventRefs events, std::span<const ChangeNote> notes,
                                              runtime::Deadline deadline) override {
    Pass();
    return inner_.Apply(events, notes, deadline);
  }
  runtime::Result<Explanation> Explain(const std::string& user_id, runtime::Deadline deadline) override {
    Pass();
    return inner_.Explain(user_id, deadline);
  }
  runtime::Result<std::int64_t> Count(runtime::Deadline deadline) override {
    Pass();
    return inner_.Count(deadline);
  }
  runtime::Result<std::vector<StoredUser>> Find(std::span<const std::string> user_ids, runtime::Deadline deadline) override {
    Pass();
    return inner_.Find(user_ids, deadline);
  }
  runtime::Result<std::vector<StoredUser>> List(std::string_view after, int limit, runtime::Deadline deadline) override {
    Pass();
    return inner_.List(after, limit, deadline);
  }
  runtime::Result<ChangePage> ReadChanges(const ChangePosition& after, int limit, runtime::Deadline deadline) override {
    // Behind the gate comes out what was there before it: an answer whose snapshot is old by now.
    auto page = inner_.ReadChanges(after, limit, deadline);
    Pass();
    return page;
  }

 private:
  void Pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --waiting_;
  }

  FakeUserRepository inner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int waiting_ = 0;
};

}  // namespace inkwell::users
