#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "user-sync-service/clerk_users.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {

// Clerk as the test says it is. Thread-safe.
class FakeClerkUsers final : public ClerkUsers {
 public:
  void Add(User user) {
    const std::lock_guard lock(mutex_);
    users_.insert_or_assign(user.id, std::move(user));
  }
  void SetDown(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }
  // While held, calls wait.
  void Hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  // Until so many calls were made. False if that takes longer than 10 s.
  [[nodiscard]] bool WaitForCalls(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return calls_.size() >= count; });
  }
  [[nodiscard]] std::vector<std::string> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  runtime::Result<User> Get(const std::string& user_id, runtime::Deadline) override {
    std::unique_lock lock(mutex_);
    calls_.push_back(user_id);
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (down_) return runtime::Fail(runtime::Code::kUnavailable, reason::kClerkUnavailable, "Down by the test.");
    const auto user = users_.find(user_id);
    if (user == users_.end()) return runtime::Fail(runtime::Code::kNotFound, reason::kUserNotFound, "Unknown to the test.");
    return user->second;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, User> users_;
  std::vector<std::string> calls_;
  bool down_ = false;
  bool held_ = false;
};

}  // namespace inkwell::users
