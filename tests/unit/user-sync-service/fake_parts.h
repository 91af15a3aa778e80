#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "user-sync-service/clerk_instance.h"
#include "user-sync-service/clerk_sessions.h"
#include "user-sync-service/copy_state.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/run_lock.h"

namespace inkwell::users {

// The state of the copy in memory. Thread-safe.
class FakeCopyState final : public CopyState {
 public:
  runtime::Result<std::string> PinInstance(const std::string& instance_id, runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    ++pins_;
    if (!pinned_) pinned_ = instance_id;
    return *pinned_;
  }
  runtime::Result<std::optional<std::string>> PinnedInstance(runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    ++looks_;
    return pinned_;
  }
  runtime::Result<std::vector<std::string>> InstanceAliases(runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    return aliases_;
  }
  runtime::Result<void> AddInstanceAliases(const std::vector<std::string>& aliases, runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    aliases_.insert(aliases_.end(), aliases.begin(), aliases.end());
    return {};
  }
  runtime::Result<void> NoteBackfill(const BackfillTotals& totals, runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    backfills_.push_back(totals);
    return {};
  }
  runtime::Result<std::chrono::milliseconds> SinceBackfill(runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    return since_backfill_;
  }

  void SetSinceBackfill(std::chrono::milliseconds age) {
    const std::lock_guard lock(mutex_);
    since_backfill_ = age;
  }
  [[nodiscard]] int pins() const {  // how many times the database was asked to pin
    const std::lock_guard lock(mutex_);
    return pins_;
  }
  [[nodiscard]] int looks() const {  // how many times it was asked what is pinned
    const std::lock_guard lock(mutex_);
    return looks_;
  }
  [[nodiscard]] std::size_t backfills() const {
    const std::lock_guard lock(mutex_);
    return backfills_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> pinned_;
  std::vector<std::string> aliases_;
  std::chrono::milliseconds since_backfill_{};
  std::vector<BackfillTotals> backfills_;
  int pins_ = 0;
  int looks_ = 0;
};

// A session of every user, and every template.
class FakeClerkSessions final : public ClerkSessions {
 public:
  runtime::Result<std::string> CreateTemplateToken(const TemplateTokenRequest& request, runtime::Deadline) override {
    return "token of " + request.user_id + " from " + request.template_name;
  }
};

class FakeClerkInstance final : public ClerkInstance {
 public:
  runtime::Result<std::string> InstanceId(runtime::Deadline deadline) override {
    const std::lock_guard lock(mutex_);
    ++calls_;
    last_deadline_ = deadline;
    return answer_;
  }
  runtime::Result<std::vector<std::string>> KeyIds(runtime::Deadline) override {
    const std::lock_guard lock(mutex_);
    ++calls_;
    return key_ids_;
  }
  void Answer(runtime::Result<std::string> answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  void AnswerKeyIds(runtime::Result<std::vector<std::string>> answer) {
    const std::lock_guard lock(mutex_);
    key_ids_ = std::move(answer);
  }
  [[nodiscard]] int calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  // Of the last question for the instance's id.
  [[nodiscard]] runtime::Deadline last_deadline() {
    const std::lock_guard lock(mutex_);
    return last_deadline_;
  }

 private:
  std::mutex mutex_;
  runtime::Deadline last_deadline_{};
  runtime::Result<std::string> answer_ = std::string("ins_first");
  runtime::Result<std::vector<std::string>> key_ids_ = std::vector<std::string>{"ins_first"};
  int calls_ = 0;
};

// A lock that the test holds, takes away or leaves free. Thread-safe.
class FakeRunLock final : public RunLock {
 public:
  runtime::Result<std::unique_ptr<RunLease>> TryAcquire() override {
    const std::lock_guard lock(mutex_);
    ++attempts_;
    if (taken_) return nullptr;
    return std::make_unique<Lease>(*this);
  }
  void TakeByAnother() {
    const std::lock_guard lock(mutex_);
    taken_ = true;
  }
  [[nodiscard]] int attempts() {
    const std::lock_guard lock(mutex_);
    return attempts_;
  }

 private:
  class Lease final : public RunLease {
   public:
    explicit Lease(FakeRunLock& lock) : lock_(lock) {}
    bool Held() override {
      const std::lock_guard guard(lock_.mutex_);
      return !lock_.taken_;
    }

   private:
    FakeRunLock& lock_;
  };

  std::mutex mutex_;
  bool taken_ = false;
  int attempts_ = 0;
};

}  // namespace inkwell::users
