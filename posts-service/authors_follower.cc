#include "posts-service/authors_follower.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "posts-service/post_rules.h"
#include "runtime/log.h"
#include "runtime/pause.h"

namespace inkwell::posts {
namespace {

// A user whose id could be nobody's principal can write nothing, and the table refuses it: it must not stop the others.
UserChanges WithoutForeignIds(UserChanges changes) {
  const auto removed = std::erase_if(changes.users, [](const UserChange& user) { return !IsAuthorId(user.user_id); });
  if (removed > 0) runtime::log::Warn("users with ids that are none were skipped", {{"users", std::uint64_t{removed}}});
  return changes;
}

// How old the newest change is. Nothing if none says: a deleted user is an id and no more.
std::optional<std::chrono::microseconds> LagOf(const UserChanges& changes, Timestamp now) {
  Timestamp newest;
  for (const UserChange& user : changes.users) newest = std::max(newest, user.changed_at);
  if (newest == Timestamp()) return std::nullopt;
  return std::max(now - newest, std::chrono::microseconds(0));
}

}  // namespace

AuthorsFollower::AuthorsFollower(AuthorRepository& authors, UserChangeStream& stream, Metrics& metrics, Clock clock,
                                 Options options)
    : authors_(authors),
      stream_(stream),
      metrics_(metrics),
      clock_(std::move(clock)),
      options_(options),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void AuthorsFollower::Run(const std::stop_token& stop) {
  std::chrono::milliseconds pause = options_.min_pause;
  while (!stop.stop_requested()) {
    const auto began = std::chrono::steady_clock::now();
    const bool failed = FollowOnce(stop);
    SetCaughtUp(false);
    // What held for a while begins at the short pause again.
    const bool held = std::chrono::steady_clock::now() - began > options_.max_pause;
    pause = failed && !held ? std::min(pause * 2, options_.max_pause) : options_.min_pause;
    runtime::Pause(stop, pause);
  }
}

bool AuthorsFollower::FollowOnce(const std::stop_token& stop) {
  auto state = authors_.ReadFollowState(runtime::DeadlineAfter(options_.apply_timeout));
  if (!state) {
    Warn("the authors' cursor cannot be read", state.error());
    return true;
  }
  const auto followed =
      stream_.Follow(state->cursor, stop, [&](const UserChanges& changes) { return Apply(*state, changes, stop); });
  if (followed) return false;
  if (followed.error().reason != "CURSOR_INVALID") {
    Warn("the users cannot be followed", followed.error());
    return true;
  }
  const auto begun = authors_.BeginResync(*state, runtime::DeadlineAfter(options_.apply_timeout));
  runtime::log::Warn("the users' database is another one now: following from the beginning",
                     {{"begun", begun.has_value() && *begun}});
  return !begun;
}

bool AuthorsFollower::Apply(FollowState& state, const UserChanges& changes, const std::stop_token& stop) {
  const UserChanges usable = WithoutForeignIds(changes);
  std::chrono::milliseconds pause = options_.min_pause;
  while (!stop.stop_requested()) {
    const auto applied = authors_.ApplyChanges(state, usable, runtime::DeadlineAfter(options_.apply_timeout));
    if (applied) {
      if (!*applied) {  // another process was quicker: go on from where it is
        runtime::log::Debug("another process follows the users, too");
        return false;
      }
      if (warned_) runtime::log::Info("the users are followed again");
      warned_ = false;
      state.cursor = usable.cursor;
      metrics_.ChangesApplied(usable.users.size(), LagOf(usable, clock_()));
      SetCaughtUp(usable.caught_up);
      return true;
    }
    // The stream waits meanwhile. A deadlock (40P01) or a lock held too long is as good a reason to try again as a lost
    // connection; if it was committed after all, the cursor is no longer what it was, and the stream is opened anew.
    Warn("changes of users cannot be stored", applied.error());
    SetCaughtUp(false);
    runtime::Pause(stop, pause);
    pause = std::min(pause * 2, options_.max_pause);
  }
  return false;
}

void AuthorsFollower::Warn(std::string_view message, const runtime::Error& error) {
  if (!warned_) runtime::log::Warn(message, {{"code", runtime::CodeName(error.code)}, {"reason", error.reason}});
  warned_ = true;
}

void AuthorsFollower::SetCaughtUp(bool caught_up) {
  caught_up_.store(caught_up, std::memory_order_release);
  metrics_.CaughtUp(caught_up);
}

}  // namespace inkwell::posts
