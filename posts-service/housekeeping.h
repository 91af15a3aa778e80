#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

#include "posts-service/author_repository.h"
#include "posts-service/clock.h"
#include "posts-service/post_repository.h"
#include "posts-service/user_directory.h"

namespace inkwell::posts {

// What nobody waits for, on a thread of its own:
// - authors left unconfirmed (a crash, or user-sync-service was away) are asked for and confirmed or removed; the first time at
// once;
// - after a resync, each author that it has not seen is asked for, one by one, and removed only if that very user does not exist.
//   Would more than 5 % of the authors be removed, it stops for that resync, and an operator has to look (docs/operations.md);
// - idempotency keys are forgotten after 24 hours, in small batches.
// Thread-safe.
class Housekeeping final {
 public:
  struct Options {
    std::chrono::milliseconds interval{10'000};
    // Older than any question of AuthorAdmission, so that the two do not ask for the same row. (It would only be a waste.)
    std::chrono::seconds unconfirmed_age{10};
    std::chrono::milliseconds question_timeout{3000};
    std::chrono::milliseconds statement_timeout{5000};
    int page = 100;
    int keys_at_once = 1000;
  };

  // `caught_up` tells whether the stream has sent all it has: only then is an author "not seen".
  Housekeeping(AuthorRepository& authors, PostRepository& posts, UserDirectory& users, std::function<bool()> caught_up,
               Clock clock, Options options);

 private:
  void Run(const std::stop_token& stop);
  void SettleUnconfirmed(const std::stop_token& stop, std::chrono::seconds age);
  void SettleUnseen(const std::stop_token& stop);
  // Asks for everybody whom the resync has not seen. Nothing if that could not be done, or if too many do not exist.
  struct Unseen {
    std::vector<AuthorRow> missing;
    bool all_answered = true;
  };
  [[nodiscard]] std::optional<Unseen> AskForUnseen(const std::stop_token& stop, std::int64_t resync);
  // Once, until there was an answer.
  void SayIfNoClerk(bool no_clerk);
  // Whether so many missing authors may be removed. If not because they are too many, it is given up for this resync. Counts
  // all authors, once in a pass, and only when a single missing one is not all: that reads the whole table.
  [[nodiscard]] bool MayGo(std::size_t missing, std::int64_t resync, std::optional<std::int64_t>& authors);
  void ForgetKeys(const std::stop_token& stop);
  // Whether it worked. A task that fails in round after round is worth a line in the first of them. `task` must be a literal.
  [[nodiscard]] bool Worked(std::string_view task, const runtime::Error* error);
  template <typename T>
  [[nodiscard]] bool Worked(std::string_view task, const runtime::Result<T>& result) {
    return Worked(task, result ? nullptr : &result.error());
  }
  [[nodiscard]] runtime::Result<KnownUser> Ask(const std::string& author_id, UserDirectory::Source source);
  [[nodiscard]] runtime::Deadline Soon() const { return runtime::DeadlineAfter(options_.statement_timeout); }

  AuthorRepository& authors_;
  PostRepository& posts_;
  UserDirectory& users_;
  const std::function<bool()> caught_up_;
  const Clock clock_;
  const Options options_;
  // Of the thread alone.
  std::set<std::string_view> failed_;         // tasks, in this round
  std::set<std::string_view> failed_before_;  // in the round before
  bool no_clerk_ = false;
  std::int64_t resync_ = 0;   // that the next two are about
  std::int64_t removed_ = 0;  // authors
  bool gave_up_ = false;      // too many were missing
  std::jthread thread_;       // last
};

}  // namespace inkwell::posts
