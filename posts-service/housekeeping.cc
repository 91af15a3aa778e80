#include "posts-service/housekeeping.h"

#include <algorithm>
#include <future>
#include <memory>
#include <span>
#include <utility>

#include "posts-service/post_rules.h"
#include "runtime/log.h"
#include "runtime/pause.h"

namespace inkwell::posts {
namespace {

bool IsMissing(const runtime::Result<KnownUser>& user) {
  return !user && user.error().code == runtime::Code::kNotFound && user.error().reason == "USER_NOT_FOUND";
}

bool HasNoClerk(const runtime::Result<KnownUser>& user) {
  return !user && user.error().code == runtime::Code::kFailedPrecondition && user.error().reason == "CLERK_NOT_CONFIGURED";
}

// Who cannot be told about is asked for in the next round; where that is so for this many in a row, user-sync-service or Clerk is
// away.
constexpr int kMaxUnanswered = 10;

// As a backfill may delete: a single one is no mass, however few there are.
std::int64_t MayRemove(std::int64_t authors) { return std::max<std::int64_t>(1, authors / 20); }

}  // namespace

Housekeeping::Housekeeping(AuthorRepository& authors, PostRepository& posts, UserDirectory& users,
                           std::function<bool()> caught_up, Clock clock, Options options)
    : authors_(authors),
      posts_(posts),
      users_(users),
      caught_up_(std::move(caught_up)),
      clock_(std::move(clock)),
      options_(options),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void Housekeeping::Run(const std::stop_token& stop) {
  for (std::chrono::seconds age{0}; !stop.stop_requested(); age = options_.unconfirmed_age) {
    SettleUnconfirmed(stop, age);
    if (caught_up_()) SettleUnseen(stop);
    ForgetKeys(stop);
    failed_before_ = std::exchange(failed_, {});
    runtime::Pause(stop, options_.interval);
  }
}

bool Housekeeping::Worked(std::string_view task, const runtime::Error* error) {
  if (error == nullptr) return true;
  if (failed_.insert(task).second && !failed_before_.contains(task)) {
    runtime::log::Warn("housekeeping failed, and will try again", {{"task", task}, {"reason", error->reason}});
  }
  return false;
}

void Housekeeping::SettleUnconfirmed(const std::stop_token& stop, std::chrono::seconds age) {
  std::string after;
  int unanswered = 0;
  while (!stop.stop_requested()) {
    const auto rows = authors_.FindUnconfirmed(age, after, options_.page, Soon());
    if (!Worked("find unconfirmed authors", rows) || rows->empty()) return;
    for (const AuthorRow& row : *rows) {
      if (stop.stop_requested()) return;
      const auto user = Ask(row.author_id, UserDirectory::Source::kCopyThenClerk);
      if (!user && !IsMissing(user) && user.error().code != runtime::Code::kInvalidArgument) {
        if (++unanswered == kMaxUnanswered) return;
        continue;
      }
      unanswered = 0;
      if (user) {
        const Confirmation confirmation{row.author_id, row.incarnation, user->banned};
        if (!Worked("confirm an author", authors_.Confirm(std::span(&confirmation, 1), Soon()))) return;
      } else {
        if (!Worked("remove an unconfirmed author", authors_.RemoveUnconfirmed(std::span(&row, 1), Soon()))) return;
      }
    }
    after = rows->back().author_id;
  }
}

void Housekeeping::SettleUnseen(const std::stop_token& stop) {
  const auto state = authors_.ReadFollowState(Soon());
  if (!Worked("read the cursor", state) || state->settled) return;
  if (std::exchange(resync_, state->resync) != state->resync) {
    removed_ = 0;
    gave_up_ = false;
  }
  if (gave_up_) return;
  const auto unseen = AskForUnseen(stop, state->resync);
  if (!unseen) return;
  for (const AuthorRow& row : unseen->missing) {
    if (stop.stop_requested()) return;
    if (!Worked("remove an author not seen", authors_.RemoveUnseen(row, state->resync, Soon()))) return;
    ++removed_;
    runtime::log::Info("author removed: the user does not exist any more", {{"author_id", row.author_id}});
  }
  if (!unseen->all_answered || !Worked("finish the resync", authors_.FinishResync(state->resync, Soon()))) return;
  runtime::log::Info("every author was seen or asked for after the resync", {{"removed", removed_}});
}

std::optional<Housekeeping::Unseen> Housekeeping::AskForUnseen(const std::stop_token& stop, std::int64_t resync) {
  Unseen unseen;
  std::optional<std::int64_t> authors;
  int unanswered = 0;
  for (std::string after;;) {
    const auto rows = authors_.FindUnseen(resync, after, options_.page, Soon());
    if (!Worked("find authors not seen", rows)) return std::nullopt;
    if (rows->empty()) return unseen;
    for (const AuthorRow& row : *rows) {
      if (stop.stop_requested()) return std::nullopt;
      // The copy may be the one that was lost: posts go only on Clerk's own word.
      const auto user = Ask(row.author_id, UserDirectory::Source::kClerk);
      SayIfNoClerk(HasNoClerk(user));
      if (HasNoClerk(user)) return std::nullopt;  // nor for any other; the next round asks whether there is one by now
      if (!user && !IsMissing(user)) {
        unseen.all_answered = false;
        if (++unanswered == kMaxUnanswered) return std::nullopt;
        continue;
      }
      unanswered = 0;
      if (user) {
        if (!Worked("settle an author seen by Clerk", authors_.MarkSeen(row, resync, Soon()))) return std::nullopt;
      } else {
        unseen.missing.push_back(row);
        if (!MayGo(unseen.missing.size(), resync, authors)) return std::nullopt;
      }
    }
    after = rows->back().author_id;
  }
}

void Housekeeping::SayIfNoClerk(bool no_clerk) {
  if (no_clerk && !no_clerk_) {
    runtime::log::Warn("authors not seen since the resync are left: user-sync-service has no Clerk to ask for them");
  }
  no_clerk_ = no_clerk;
}

bool Housekeeping::MayGo(std::size_t missing, std::int64_t resync, std::optional<std::int64_t>& authors) {
  const std::int64_t gone = removed_ + static_cast<std::int64_t>(missing);
  if (gone <= MayRemove(0)) return true;
  if (!authors) {
    const auto counted = authors_.CountAuthors(Soon());
    if (!Worked("count the authors", counted)) return false;
    authors = *counted;
  }
  if (gone <= MayRemove(*authors + removed_)) return true;
  gave_up_ = true;
  runtime::log::Error("more than 5 % of the authors do not exist any more; none was removed",
                      {{"resync", resync}, {"authors", *authors}});
  return false;
}

void Housekeeping::ForgetKeys(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto forgotten = posts_.ForgetKeys(clock_() - kIdempotencyKeyLife, options_.keys_at_once, Soon());
    if (!Worked("forget idempotency keys", forgotten) || *forgotten < options_.keys_at_once) return;
  }
}

runtime::Result<KnownUser> Housekeeping::Ask(const std::string& author_id, UserDirectory::Source source) {
  // Shared with the answer, which may come after we gave up waiting.
  auto answered = std::make_shared<std::promise<runtime::Result<KnownUser>>>();
  auto answer = answered->get_future();
  users_.Ask(author_id, source, {}, runtime::DeadlineAfter(options_.question_timeout),
             [answered](runtime::Result<KnownUser> user) { answered->set_value(std::move(user)); });
  if (answer.wait_for(options_.question_timeout + std::chrono::seconds(1)) != std::future_status::ready) {
    return runtime::Fail(runtime::Code::kUnavailable, "USERS_UNAVAILABLE", "No answer in time.");
  }
  return answer.get();
}

}  // namespace inkwell::posts
