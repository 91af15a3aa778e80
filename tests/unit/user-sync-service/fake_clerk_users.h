#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
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
    if (user == users_.end()) return Unknown();
    return user->second;
  }

  // Ordered by creation, then id. A call beyond what SetMaxPage allows is answered shorter, as a listing may be.
  runtime::Result<std::vector<User>> List(std::int64_t offset, int limit, runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    ++lists_;
    if (before_list_) before_list_(lists_);
    if (const auto failure = TakeFailure()) return tl::unexpected<runtime::Error>(*failure);
    std::vector<User> users;
    for (const auto& [id, user] : listed_ ? *listed_ : users_) users.push_back(user);
    std::sort(users.begin(), users.end(),
              [](const User& a, const User& b) { return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id); });
    const auto begin = ignores_offsets_ ? 0 : std::min(static_cast<std::size_t>(offset), users.size());
    const auto count = std::min({static_cast<std::size_t>(limit), max_page_, users.size() - begin});
    return std::vector<User>(users.begin() + static_cast<std::ptrdiff_t>(begin),
                             users.begin() + static_cast<std::ptrdiff_t>(begin + count));
  }
  runtime::Result<std::int64_t> Count(runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    if (const auto failure = TakeFailure()) return tl::unexpected<runtime::Error>(*failure);
    return static_cast<std::int64_t>(users_.size());
  }
  runtime::Result<User> Update(const std::string& user_id, const ProfileUpdate& update, runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    if (const auto failure = TakeFailure()) return tl::unexpected<runtime::Error>(*failure);
    const auto user = users_.find(user_id);
    if (user == users_.end()) return Unknown();
    if (update.first_name) user->second.first_name = *update.first_name;
    if (update.last_name) user->second.last_name = *update.last_name;
    if (update.username) user->second.username = *update.username;
    user->second.updated_at += std::chrono::milliseconds(1);
    return user->second;
  }
  runtime::Result<void> Delete(const std::string& user_id, runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    if (const auto failure = TakeFailure()) return tl::unexpected<runtime::Error>(*failure);
    if (users_.erase(user_id) == 0) return Unknown();
    return {};
  }

  void Remove(const std::string& user_id) {
    const std::lock_guard lock(mutex_);
    users_.erase(user_id);
  }
  // The next call of any kind but Get fails with this; called again, also those after it, in turn.
  void FailOnce(runtime::Error error) {
    const std::lock_guard lock(mutex_);
    failures_.push_back(std::move(error));
  }
  // From now on the listing is what it is now: stale.
  void FreezeListing() {
    const std::lock_guard lock(mutex_);
    listed_ = users_;
  }
  void SetMaxPage(std::size_t users) {
    const std::lock_guard lock(mutex_);
    max_page_ = users;
  }
  // From now on every page is the first.
  void IgnoreOffsets() {
    const std::lock_guard lock(mutex_);
    ignores_offsets_ = true;
  }
  // Called with the number of the listing's page before it is answered, and may call RemoveWhileListing only.
  void BeforeList(std::function<void(int)> hook) {
    const std::lock_guard lock(mutex_);
    before_list_ = std::move(hook);
  }
  void RemoveWhileListing(const std::string& user_id) { users_.erase(user_id); }
  [[nodiscard]] int lists() const {
    const std::lock_guard lock(mutex_);
    return lists_;
  }

 private:
  static tl::unexpected<runtime::Error> Unknown() {
    return runtime::Fail(runtime::Code::kNotFound, reason::kUserNotFound, "Unknown to the test.");
  }
  std::optional<runtime::Error> TakeFailure() {
    if (failures_.empty()) return std::nullopt;
    auto failure = std::move(failures_.front());
    failures_.pop_front();
    return failure;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, User> users_;
  std::vector<std::string> calls_;
  std::deque<runtime::Error> failures_;
  std::optional<std::map<std::string, User>> listed_;
  std::size_t max_page_ = 1000;
  std::function<void(int)> before_list_;
  int lists_ = 0;
  bool ignores_offsets_ = false;
  bool down_ = false;
  bool held_ = false;
};

}  // namespace inkwell::users
