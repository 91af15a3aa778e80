#include "user-sync-service/backfill_run.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "runtime/log.h"
#include "user-sync-service/opaque_text.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/user_content.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Result;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Phase = BackfillProgress::Phase;
namespace log = runtime::log;

constexpr seconds kCallTimeout{30};  // of one page or one statement: nobody waits for a single one
constexpr int kMaxAttempts = 10;
constexpr milliseconds kFirstPause{250};
constexpr milliseconds kMaxPause{10'000};
constexpr seconds kMaxRetryAfter{120};
// Pages overlap by so many users, so that deletions at Clerk, which move the rest of the listing up, leave no gap.
constexpr std::int64_t kOverlap = 20;
constexpr int kScanPage = 500;
constexpr std::size_t kDeletionBatch = 100;
constexpr std::int64_t kMaxDeletedPercent = 5;

bool IsWorthRepeating(const Error& error) {
  if (error.metadata.contains(kClerkStatusMetadata)) return false;
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded;
}

// Clerk's own wish where it has one.
milliseconds PauseAfter(const Error& error, int attempt) {
  if (const auto wish = error.metadata.find(kRetryAfterMetadata); wish != error.metadata.end()) {
    std::int64_t wanted = 0;
    std::from_chars(wish->second.data(), wish->second.data() + wish->second.size(), wanted);
    return std::clamp<milliseconds>(seconds(wanted), kFirstPause, kMaxRetryAfter);
  }
  return std::min(kFirstPause * (1 << std::min(attempt, 8)), kMaxPause);
}

}  // namespace

BackfillRun::BackfillRun(const Backfill::Parts& parts, const Backfill::Wait& wait, const BackfillRequest& request,
                         RunLease& lease, const std::stop_token& stop, const Backfill::OnProgress& on_progress)
    : parts_(parts), wait_(wait), request_(request), lease_(lease), stop_(stop), on_progress_(on_progress) {}

Result<BackfillTotals> BackfillRun::Execute() {
  auto done = PinInstance().and_then([this] { return ReadResumeToken(); }).and_then([this] { return CopyListing(); });
  if (!done) return tl::unexpected<Error>(std::move(done).error());
  auto missing = FindUnnamed().and_then([this](const std::vector<std::string>& unnamed) { return ConfirmMissing(unnamed); });
  if (!missing) return tl::unexpected<Error>(std::move(missing).error());
  if (request_.delete_missing) {
    if (auto deleted = DeleteMissing(*missing); !deleted) return tl::unexpected<Error>(std::move(deleted).error());
  }
  auto noted = Ask<bool>(
      [this](Deadline deadline) { return parts_.state.NoteBackfill(progress_.totals, deadline).map([] { return true; }); });
  if (!noted) return tl::unexpected<Error>(std::move(noted).error());
  progress_.finished = true;
  Report(Phase::kConfirming, progress_.done, progress_.total);
  return progress_.totals;
}

template <typename T>
Result<T> BackfillRun::Ask(const std::function<Result<T>(Deadline)>& question) {
  for (int attempt = 0;; ++attempt) {
    if (auto may = MayGoOn(); !may) return tl::unexpected<Error>(std::move(may).error());
    auto answer = question(runtime::DeadlineAfter(kCallTimeout));
    if (answer || !IsWorthRepeating(answer.error()) || attempt + 1 == kMaxAttempts) return answer;
    const milliseconds pause = PauseAfter(answer.error(), attempt);
    log::Info("backfill waits", {{"reason", answer.error().reason}, {"ms", pause.count()}});
    if (!wait_(pause, stop_)) return Fail(Code::kCancelled, reason::kCancelled, "The backfill was stopped.");
  }
}

Result<void> BackfillRun::MayGoOn() {
  if (stop_.stop_requested()) return Fail(Code::kCancelled, reason::kCancelled, "The backfill was stopped.");
  // Not UNAVAILABLE with a retry inside: another replica may run by now.
  if (!lease_.Held()) {
    return Fail(Code::kAborted, reason::kBackfillRunning, "The database connection that kept other backfills away was lost.");
  }
  return {};
}

// A copy that is filled from an instance belongs to it.
Result<void> BackfillRun::PinInstance() {
  auto instance = Ask<std::string>([this](Deadline deadline) { return parts_.clerk_instance.InstanceId(deadline); });
  if (!instance) {
    // An API that does not tell its instance can be copied nevertheless; a key that is refused will be by the next call, too.
    if (instance.error().metadata.contains(kClerkStatusMetadata)) return {};
    return tl::unexpected<Error>(std::move(instance).error());
  }
  instance_id_ = *std::move(instance);
  return Ask<bool>([this](Deadline deadline) { return parts_.pin.Confirm(instance_id_, deadline).map([] { return true; }); })
      .map([](bool) {});
}

Result<void> BackfillRun::ReadResumeToken() {
  if (request_.resume_token.empty()) return {};
  const auto point = DecodeResumeToken(request_.resume_token);
  if (!point || point->instance_id != instance_id_) {
    return Fail(Code::kInvalidArgument, reason::kInvalidField, "The resume token is not one of this service and Clerk instance.",
                {{"field", "resume_token"}});
  }
  copied_until_ = point->copied_until;
  return {};
}

Result<void> BackfillRun::CopyListing() {
  const auto total = Ask<std::int64_t>([this](Deadline deadline) { return parts_.clerk.Count(deadline); });
  if (!total) return tl::unexpected<Error>(total.error());
  for (;;) {
    auto page = NextUsers();
    if (!page) return tl::unexpected<Error>(std::move(page).error());
    if (page->empty()) return {};
    const auto [first, last] =
        std::minmax_element(page->begin(), page->end(), [](const User& a, const User& b) { return a.created_at < b.created_at; });
    ordered_ = ordered_ && first->created_at >= reached_;
    reached_ = std::max(reached_, last->created_at);
    if (auto stored = StorePage(*std::move(page)); !stored) return stored;
    // Where a listing is not in order, no moment divides what was copied from what was not.
    progress_.resume_token = ordered_ ? EncodeResumeToken({instance_id_, std::max(copied_until_, reached_)}) : "";
    Report(Phase::kCopying, static_cast<std::int64_t>(named_.size()), *total);
  }
}

Result<std::vector<User>> BackfillRun::NextUsers() {
  for (;;) {
    auto page =
        Ask<std::vector<User>>([&](Deadline deadline) { return parts_.clerk.List(offset_, request_.page_size, deadline); });
    if (!page || (page->empty() && offset_ == 0)) return page;
    const auto size = static_cast<std::int64_t>(page->size());
    const std::int64_t end = offset_ + size;
    // Else users who were not listed yet may stand before it.
    const bool joins =
        offset_ == 0 || (size > 0 && (WasNamed(page->front().id) || (offset_ == seam_ && page->front().id == behind_gap_)));
    if (size == 0 || !joins) {
      (size == 0 ? empty_at_ : gap_at_) = offset_;
      if (size > 0) behind_gap_ = page->front().id;
      offset_ = std::max<std::int64_t>(0, offset_ - step_back_);
      step_back_ *= 2;
      continue;
    }
    step_back_ = std::max<std::int64_t>(1, size / 2);
    std::erase_if(*page, [this](const User& user) { return !named_.insert(std::hash<std::string>{}(user.id)).second; });
    if (!page->empty()) {
      offset_ = end - std::min(kOverlap, size / 2);
      empty_at_ = gap_at_ = seam_ = kNowhere;
      return page;
    }
    // Nobody new. A short page is no end (Clerk may cut pages as it likes), but one that reaches to where the listing was seen to
    // be over is; and so is one that cannot be where it says, because not so many users were named.
    if (end >= empty_at_ || end > static_cast<std::int64_t>(named_.size())) return page;
    // Who stood at the gap stands right behind this page: nobody is between.
    if (end == gap_at_) seam_ = end;
    offset_ = end;
  }
}

Result<void> BackfillRun::StorePage(std::vector<User> page) {
  std::vector<UserMessage> messages;
  for (User& user : page) {
    if (user.created_at < copied_until_) continue;
    auto state = Canonicalize(std::move(user));
    if (state) {
      messages.emplace_back(*std::move(state), Origin{ChangeSource::kBackfill, {}});
    } else {
      log::Warn("backfill leaves out a user that cannot be stored", {{"reason", state.error().reason}});
    }
  }
  const auto verdicts = Store(messages);
  if (!verdicts) return tl::unexpected<Error>(verdicts.error());
  const auto applied = std::count(verdicts->begin(), verdicts->end(), Verdict::kApplied);
  progress_.totals.applied += applied;
  progress_.totals.unchanged += static_cast<std::int64_t>(verdicts->size()) - applied;
  return {};
}

Result<std::vector<Verdict>> BackfillRun::Store(const std::vector<UserMessage>& messages) {
  if (messages.empty()) return std::vector<Verdict>{};
  std::vector<const UserEvent*> events;
  for (const UserMessage& message : messages) events.push_back(&message.event);
  const FoldedBatch folded = Fold(events);
  std::vector<ChangeNote> notes;
  for (std::size_t i = 0; i < messages.size(); ++i) notes.push_back(NoteOf(messages[i], folded.standings[i]));
  auto of_winners =
      Ask<std::vector<Verdict>>([&](Deadline deadline) { return parts_.copy.Apply(folded.winners, notes, deadline); });
  if (!of_winners) return of_winners;
  return folded.VerdictsOf(*of_winners);
}

Result<std::vector<std::string>> BackfillRun::FindUnnamed() {
  std::vector<std::string> unnamed;
  for (std::string after;;) {
    const auto page =
        Ask<std::vector<StoredUser>>([&](Deadline deadline) { return parts_.copy.List(after, kScanPage, deadline); });
    if (!page) return tl::unexpected<Error>(page.error());
    if (page->empty()) return unnamed;
    for (const StoredUser& stored : *page) {
      ++living_;
      if (!WasNamed(stored.user.id)) unnamed.push_back(stored.user.id);
    }
    after = page->back().user.id;
  }
}

Result<std::vector<std::string>> BackfillRun::ConfirmMissing(const std::vector<std::string>& unnamed) {
  const auto total = static_cast<std::int64_t>(unnamed.size());
  std::vector<std::string> missing;
  Report(Phase::kConfirming, 0, total);
  for (const std::string& id : unnamed) {
    auto user = Ask<User>([&](Deadline deadline) { return parts_.clerk.Get(id, deadline); });
    if (user) {
      std::vector<User> page;
      page.push_back(*std::move(user));
      if (auto stored = StorePage(std::move(page)); !stored) return tl::unexpected<Error>(std::move(stored).error());
    } else if (user.error().code == Code::kNotFound) {
      missing.push_back(id);
      ++progress_.totals.missing;
    } else {
      return tl::unexpected<Error>(std::move(user).error());
    }
    if (request_.delete_missing && progress_.totals.missing > MostDeletions()) {
      log::Error("backfill stops: too many users are missing at Clerk",
                 {{"missing", progress_.totals.missing}, {"users", living_}});
      return Fail(Code::kFailedPrecondition, reason::kTooManyDeletions,
                  "More than 5 % of the users are missing at Clerk. None was deleted.");
    }
    Report(Phase::kConfirming, progress_.done + 1, total);
  }
  return missing;
}

// A single missing user is no mass, however small the copy is.
std::int64_t BackfillRun::MostDeletions() const { return std::max<std::int64_t>(1, living_ * kMaxDeletedPercent / 100); }

Result<void> BackfillRun::DeleteMissing(const std::vector<std::string>& missing) {
  for (std::size_t begin = 0; begin < missing.size(); begin += kDeletionBatch) {
    std::vector<UserMessage> messages;
    for (std::size_t i = begin; i < std::min(begin + kDeletionBatch, missing.size()); ++i) {
      messages.emplace_back(UserDeletion{missing[i]}, Origin{ChangeSource::kBackfill, {}});
    }
    const auto verdicts = Store(messages);
    if (!verdicts) return tl::unexpected<Error>(verdicts.error());
    progress_.totals.deleted += std::count(verdicts->begin(), verdicts->end(), Verdict::kApplied);
    Report(Phase::kConfirming, progress_.done, progress_.total);
  }
  return {};
}

void BackfillRun::Report(Phase phase, std::int64_t done, std::int64_t total) {
  progress_.phase = phase;
  progress_.done = done;
  progress_.total = std::max(done, total);
  on_progress_(progress_);
}

bool BackfillRun::WasNamed(const std::string& user_id) const { return named_.contains(std::hash<std::string>{}(user_id)); }

}  // namespace inkwell::users
