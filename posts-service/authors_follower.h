#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string_view>
#include <thread>

#include "posts-service/author_repository.h"
#include "posts-service/clock.h"
#include "posts-service/metrics.h"
#include "posts-service/user_directory.h"

namespace inkwell::posts {

// Keeps the authors as the change stream says, for ever: the effect of each response and its cursor are one transaction, so
// nothing is lost and nothing done twice, whatever ends when. It follows again after every failure (back-off 100 ms to 1 s), and
// from the beginning when the cursor is refused; the authors that a new beginning has not seen are left to Housekeeping. Several
// processes may follow at once: only the one that moves the cursor has an effect. Has a thread of its own; thread-safe.
class AuthorsFollower final {
 public:
  struct Options {
    std::chrono::milliseconds min_pause{100};
    std::chrono::milliseconds max_pause{1000};
    std::chrono::milliseconds apply_timeout{30'000};  // a deletion may take thousands of posts along
  };

  // Begins at once. `clock` is for the lag only.
  AuthorsFollower(AuthorRepository& authors, UserChangeStream& stream, Metrics& metrics, Clock clock, Options options);

  // Whether all that the stream had was applied, and it is being followed.
  [[nodiscard]] bool caught_up() const { return caught_up_.load(std::memory_order_acquire); }

 private:
  void Run(const std::stop_token& stop);
  // Follows until something ends it. Returns whether that was a failure.
  [[nodiscard]] bool FollowOnce(const std::stop_token& stop);
  [[nodiscard]] bool Apply(FollowState& state, const UserChanges& changes, const std::stop_token& stop);
  void SetCaughtUp(bool caught_up);
  // Of failures in a row only the first is worth a line.
  void Warn(std::string_view message, const runtime::Error& error);

  AuthorRepository& authors_;
  UserChangeStream& stream_;
  Metrics& metrics_;
  const Clock clock_;
  const Options options_;
  std::atomic<bool> caught_up_{false};
  bool warned_ = false;  // of the thread alone
  std::jthread thread_;  // last
};

}  // namespace inkwell::posts
