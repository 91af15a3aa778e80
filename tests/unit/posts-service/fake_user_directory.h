#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "posts-service/errors.h"
#include "posts-service/user_directory.h"

namespace inkwell::posts {

// Answers what the test says, at once or when the test lets it. Thread-safe.
class FakeUserDirectory final : public UserDirectory {
 public:
  void Ask(const std::string& user_id, Source source, const std::string& request_id, runtime::Deadline, Answer answer) override {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(user_id);
      request_ids_.push_back(request_id);
      if (source == Source::kClerk) asked_clerk_.push_back(user_id);
      if (held_) {
        waiting_.push_back({user_id, source, std::move(answer)});
        changed_.notify_all();
        return;
      }
    }
    answer(AnswerTo(user_id, source));
  }

  void Know(const std::string& user_id, bool banned = false) {
    const std::lock_guard lock(mutex_);
    users_[user_id] = {banned};
  }
  // Nobody can tell about this one.
  void Hide(const std::string& user_id) {
    const std::lock_guard lock(mutex_);
    hidden_.insert(user_id);
  }
  // Whether there is a Clerk to ask.
  void SetClerk(bool configured) {
    const std::lock_guard lock(mutex_);
    clerk_ = configured;
  }
  void SetDown(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }
  // Questions wait until Release, which answers them on the test's thread.
  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void WaitForQuestion() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty(); });
  }
  void Release() {
    std::deque<Waiting> waiting;
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
      waiting.swap(waiting_);
    }
    for (auto& [user_id, source, answer] : waiting) answer(AnswerTo(user_id, source));
  }
  [[nodiscard]] std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  // Of the questions, in their order.
  [[nodiscard]] std::vector<std::string> request_ids() const {
    const std::lock_guard lock(mutex_);
    return request_ids_;
  }
  [[nodiscard]] std::vector<std::string> asked_clerk() const {
    const std::lock_guard lock(mutex_);
    return asked_clerk_;
  }

 private:
  struct Waiting {
    std::string user_id;
    Source source;
    Answer answer;
  };

  runtime::Result<KnownUser> AnswerTo(const std::string& user_id, Source source) {
    const std::lock_guard lock(mutex_);
    if (!clerk_ && source == Source::kClerk) return tl::unexpected<runtime::Error>(ClerkNotConfigured());
    if (down_ || hidden_.contains(user_id)) return tl::unexpected<runtime::Error>(UsersUnavailable());
    const auto user = users_.find(user_id);
    if (user == users_.end()) return tl::unexpected<runtime::Error>(UserNotFound());
    return user->second;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, KnownUser> users_;
  std::set<std::string> hidden_;
  std::vector<std::string> asked_;
  std::vector<std::string> request_ids_;
  std::vector<std::string> asked_clerk_;
  std::deque<Waiting> waiting_;
  bool held_ = false;
  bool down_ = false;
  bool clerk_ = true;
};

}  // namespace inkwell::posts
