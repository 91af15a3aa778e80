#include "posts-service/author_admission.h"

#include <algorithm>
#include <optional>

#include "posts-service/errors.h"
#include "runtime/log.h"

namespace inkwell::posts {
namespace {

using Failure = tl::unexpected<runtime::Error>;

// How often admission begins for an author whose row was taken away by another process while the answer was on its way, or whose
// statement met another in a deadlock.
constexpr int kMaxAttempts = 3;

runtime::Result<void> ResultOf(AdmissionOutcome outcome) {
  switch (outcome) {
    case AdmissionOutcome::kConfirmed:
      return {};
    case AdmissionOutcome::kNotFound:
    case AdmissionOutcome::kRemembered:
      return Failure(UserNotFound());
    case AdmissionOutcome::kUsersUnavailable:
      return Failure(UsersUnavailable());
    case AdmissionOutcome::kDatabaseUnavailable:
      return Failure(DatabaseUnavailable());
    case AdmissionOutcome::kOverloaded:
      break;
  }
  return Failure(Overloaded());
}

}  // namespace

AuthorAdmission::AuthorAdmission(AuthorRepository& authors, UserDirectory& users, Metrics& metrics, Options options)
    : authors_(authors),
      users_(users),
      metrics_(metrics),
      options_(options),
      // Each flight has one step waiting at most, so the queue has room for all.
      steps_({.workers = 1, .capacity = options.max_waiting, .max_batch = 64},
             [this](std::vector<Step> steps) { Handle(std::move(steps)); }) {}

AuthorAdmission::~AuthorAdmission() {
  std::unique_lock lock(mutex_);
  landed_.wait(lock, [this] { return flights_.empty() && answering_ == 0; });
}

void AuthorAdmission::Admit(const std::string& author_id, const std::string& request_id, Done done) {
  const SteadyTime now = std::chrono::steady_clock::now();
  std::optional<AdmissionOutcome> refused;
  {
    const std::lock_guard lock(mutex_);
    if (IsMissRemembered(author_id, now)) {
      refused = AdmissionOutcome::kRemembered;
    } else if (waiting_ >= options_.max_waiting) {
      refused = AdmissionOutcome::kOverloaded;
    } else {
      ++waiting_;
      const auto [flight, is_new] = flights_.try_emplace(author_id);
      flight->second.waiting.push_back(std::move(done));
      if (!is_new) return;
      flight->second.request_id = request_id;
      flight->second.deadline = now + options_.timeout;
    }
  }
  if (!refused) return Push({Step::Kind::kAdd, author_id});
  metrics_.Admission(*refused);
  done(ResultOf(*refused));  // NOLINT(bugprone-use-after-move): not moved if refused
}

void AuthorAdmission::Push(Step step) {
  const std::string author_id = step.author_id;
  if (!steps_.TryPush(std::move(step))) Finish(author_id, AdmissionOutcome::kOverloaded);
}

void AuthorAdmission::Handle(std::vector<Step> steps) {
  std::sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.author_id < b.author_id; });
  const auto take = [&](Step::Kind kind) {
    std::vector<Step> taken;
    std::copy_if(steps.begin(), steps.end(), std::back_inserter(taken), [&](const Step& step) { return step.kind == kind; });
    return taken;
  };
  if (const auto adds = take(Step::Kind::kAdd); !adds.empty()) Add(adds);
  if (const auto confirms = take(Step::Kind::kConfirm); !confirms.empty()) Confirm(confirms);
  if (const auto removes = take(Step::Kind::kRemove); !removes.empty()) Remove(removes);
}

void AuthorAdmission::Add(const std::vector<Step>& steps) {
  std::vector<std::string> author_ids;
  author_ids.reserve(steps.size());
  for (const Step& step : steps) author_ids.push_back(step.author_id);
  const SteadyTime deadline = DeadlineOf(steps);
  const auto rows = authors_.AddUnconfirmed(author_ids, deadline);
  if (!rows) return FailOrRetry(steps, rows.error());
  for (const AuthorRow& row : *rows) {
    if (row.confirmed) {
      Finish(row.author_id, AdmissionOutcome::kConfirmed);
    } else {
      Ask(row, deadline);
    }
  }
}

void AuthorAdmission::Ask(const AuthorRow& row, SteadyTime deadline) {
  std::string request_id;
  {
    const std::lock_guard lock(mutex_);
    request_id = flights_.at(row.author_id).request_id;
  }
  const auto answer = [this, row](const runtime::Result<KnownUser>& user) {
    if (user) {
      Push({Step::Kind::kConfirm, row.author_id, row.incarnation, user->banned});
    } else if (user.error().code == runtime::Code::kNotFound || user.error().code == runtime::Code::kInvalidArgument) {
      Push({Step::Kind::kRemove, row.author_id, row.incarnation, false});
    } else {
      Finish(row.author_id, AdmissionOutcome::kUsersUnavailable);  // housekeeping settles the row later
    }
  };
  users_.Ask(row.author_id, UserDirectory::Source::kCopyThenClerk, request_id, deadline, answer);
}

void AuthorAdmission::Confirm(const std::vector<Step>& steps) {
  std::vector<Confirmation> confirmations;
  confirmations.reserve(steps.size());
  for (const Step& step : steps) confirmations.push_back({step.author_id, step.incarnation, step.banned});
  const auto confirmed = authors_.Confirm(confirmations, DeadlineOf(steps));
  if (!confirmed) return FailOrRetry(steps, confirmed.error());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (confirmed->at(i)) {
      Finish(steps[i].author_id, AdmissionOutcome::kConfirmed);
    } else {
      Retry(steps[i].author_id, AdmissionOutcome::kUsersUnavailable);
    }
  }
}

void AuthorAdmission::Remove(const std::vector<Step>& steps) {
  std::vector<AuthorRow> rows;
  rows.reserve(steps.size());
  for (const Step& step : steps) rows.push_back({step.author_id, step.incarnation, false});
  const auto removed = authors_.RemoveUnconfirmed(rows, DeadlineOf(steps));
  if (!removed) {  // the answer is known all the same; housekeeping settles the rows later
    runtime::log::Warn("unconfirmed authors could not be removed", {{"reason", removed.error().reason}});
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  for (const Step& step : steps) {
    {
      const std::lock_guard lock(mutex_);
      RememberMiss(step.author_id, now);
    }
    Finish(step.author_id, AdmissionOutcome::kNotFound);
  }
}

void AuthorAdmission::Retry(const std::string& author_id, AdmissionOutcome otherwise) {
  bool again = false;
  {
    const std::lock_guard lock(mutex_);
    again = ++flights_.at(author_id).attempts < kMaxAttempts;
  }
  if (!again) return Finish(author_id, otherwise);
  Push({Step::Kind::kAdd, author_id});
}

void AuthorAdmission::Finish(const std::string& author_id, AdmissionOutcome outcome) {
  std::vector<Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting = std::move(flights_.at(author_id).waiting);
    waiting_ -= waiting.size();
    flights_.erase(author_id);
    ++answering_;
  }
  for (Done& done : waiting) {
    metrics_.Admission(outcome);
    done(ResultOf(outcome));
  }
  const std::lock_guard lock(mutex_);
  --answering_;
  if (flights_.empty() && answering_ == 0) landed_.notify_all();
}

void AuthorAdmission::FailOrRetry(const std::vector<Step>& steps, const runtime::Error& error) {
  // A deadlock (40P01) ends one of those who met, and the next time it is over. From the beginning: the rows may be other ones.
  if (error.code == runtime::Code::kAborted) {
    for (const Step& step : steps) Retry(step.author_id, AdmissionOutcome::kDatabaseUnavailable);
    return;
  }
  runtime::log::Warn("authors could not be admitted", {{"reason", error.reason}, {"authors", std::uint64_t{steps.size()}}});
  for (const Step& step : steps) Finish(step.author_id, AdmissionOutcome::kDatabaseUnavailable);
}

bool AuthorAdmission::IsMissRemembered(const std::string& author_id, SteadyTime now) {
  while (!miss_order_.empty() && (miss_order_.front().first <= now || miss_order_.size() > options_.max_misses)) {
    const auto miss = misses_.find(miss_order_.front().second);
    if (miss != misses_.end() && miss->second <= miss_order_.front().first) misses_.erase(miss);
    miss_order_.pop_front();
  }
  return misses_.contains(author_id);
}

void AuthorAdmission::RememberMiss(const std::string& author_id, SteadyTime now) {
  const SteadyTime until = now + options_.miss_memory;
  misses_[author_id] = until;
  miss_order_.emplace_back(until, author_id);
}

AuthorAdmission::SteadyTime AuthorAdmission::DeadlineOf(const std::vector<Step>& steps) {
  const std::lock_guard lock(mutex_);
  SteadyTime latest;
  for (const Step& step : steps) latest = std::max(latest, flights_.at(step.author_id).deadline);
  return latest;
}

}  // namespace inkwell::posts
