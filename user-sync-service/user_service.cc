#include "user-sync-service/user_service.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "user-sync-service/clerk_fetcher.h"
#include "user-sync-service/reasons.h"
#include "user-sync-service/version_rule.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

tl::unexpected<Error> Overloaded() {
  return Fail(Code::kUnavailable, reason::kOverloaded, "Too much is waiting already. Try again.");
}

tl::unexpected<Error> UserNotFound() { return Fail(Code::kNotFound, reason::kUserNotFound, "There is no such user."); }

// Answers those whose answer nobody would read, without SQL, and takes them out of the batch.
template <typename Pending>
void DropLateCallers(std::vector<Pending>& batch) {
  std::erase_if(batch, [](Pending& pending) {
    if (!IsLate(pending.caller)) return false;
    pending.done(Fail(Code::kDeadlineExceeded, reason::kDeadlineExceeded, "The call's deadline passed while it waited."));
    return true;
  });
}

// Somebody waits until then. Who gave up before gets an answer that is not read.
template <typename Batch>
Deadline LatestDeadline(const Batch& batch) {
  return std::max_element(batch.begin(), batch.end(),
                          [](const auto& a, const auto& b) { return a.caller.deadline < b.caller.deadline; })
      ->caller.deadline;
}

}  // namespace

UserService::UserService(UserRepository& repository, ClerkFetcher* clerk, Metrics& metrics, Options options)
    : repository_(repository),
      clerk_(clerk),
      metrics_(metrics),
      options_(options),
      events_({options.event_workers, options.capacity, options.max_batch},
              [this](std::vector<EventCall> batch) { TakeEvents(std::move(batch)); }),
      reads_({options.read_workers, options.capacity, options.max_batch},
             [this](std::vector<PendingRead> batch) { ReadBatch(std::move(batch)); }),
      lists_(metrics, {.queue = WorkQueue::kLists, .workers = 1, .capacity = 64}) {}

void UserService::Apply(std::vector<EventCall> events) {
  if (std::any_of(events.begin(), events.end(),
                  [](const EventCall& event) { return event.message.origin.source == ChangeSource::kWebhook; })) {
    metrics_.MarkWebhook();
  }
  metrics_.CountQueued(WorkQueue::kEvents, events.size());
  const std::size_t taken = events_.TryPush(events);
  if (taken < events.size()) metrics_.CountRefused(WorkQueue::kEvents, events.size() - taken);
  for (std::size_t i = taken; i < events.size(); ++i) events[i].done(Overloaded());
}

void UserService::Get(std::string user_id, Source source, Caller caller, Done<StoredUser> done) {
  if (source == Source::kClerk) {
    if (clerk_ == nullptr) {
      done(Fail(Code::kFailedPrecondition, reason::kClerkNotConfigured, "This service has no Clerk secret key."));
    } else {
      clerk_->Fetch(user_id, ClerkFetcher::Mode::kAlways, std::move(done));
    }
    return;
  }
  PendingRead pending{std::move(user_id), source, std::move(caller), std::move(done)};
  metrics_.CountQueued(WorkQueue::kReads);
  if (reads_.TryPush(std::move(pending))) return;
  metrics_.CountRefused(WorkQueue::kReads);
  pending.done(Overloaded());  // NOLINT(bugprone-use-after-move): a refused item is untouched
}

void UserService::List(std::string after, int limit, Caller caller, Done<UserPage> done) {
  lists_.Run<UserPage>(
      std::move(caller), [this, after = std::move(after), limit](Deadline deadline) { return ListOne(after, limit, deadline); },
      std::move(done));
}

void UserService::Explain(std::string user_id, Caller caller, Done<Explanation> done) {
  lists_.Run<Explanation>(
      std::move(caller),
      [this, user_id = std::move(user_id)](Deadline deadline) -> Result<Explanation> {
        auto explanation = repository_.Explain(user_id, deadline);
        if (explanation && !explanation->version && !explanation->deleted_at && explanation->changes.empty()) {
          return UserNotFound();
        }
        return explanation;
      },
      std::move(done));
}

void UserService::TakeEvents(std::vector<EventCall> batch) {
  metrics_.CountTaken(WorkQueue::kEvents, batch.size());
  DropLateCallers(batch);
  ApplyBatch(batch);
}

void UserService::ApplyBatch(std::span<const EventCall> batch) {
  if (batch.empty()) return;
  std::vector<const UserEvent*> events;
  events.reserve(batch.size());
  for (const EventCall& call : batch) events.push_back(&call.message.event);
  const FoldedBatch folded = Fold(events);
  std::vector<ChangeNote> notes;
  notes.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) notes.push_back(NoteOf(batch[i].message, folded.standings[i]));
  const auto of_winners = repository_.Apply(folded.winners, notes, LatestDeadline(batch));
  if (!of_winners) {
    // One event that cannot be stored must not take the others with it: it is looked for by halves.
    if (of_winners.error().code == Code::kInvalidArgument && batch.size() > 1) {
      ApplyBatch(batch.first(batch.size() / 2));
      ApplyBatch(batch.subspan(batch.size() / 2));
      return;
    }
    for (const EventCall& call : batch) call.done(tl::unexpected<Error>(of_winners.error()));
    return;
  }
  const std::vector<Verdict> verdicts = folded.VerdictsOf(*of_winners);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    metrics_.CountVerdict(verdicts[i]);
    batch[i].done(verdicts[i]);
  }
}

void UserService::ReadBatch(std::vector<PendingRead> batch) {
  metrics_.CountTaken(WorkQueue::kReads, batch.size());
  DropLateCallers(batch);
  if (batch.empty()) return;

  std::vector<std::string> ids;
  ids.reserve(batch.size());
  for (const PendingRead& pending : batch) ids.push_back(pending.user_id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());

  const auto found = repository_.Find(ids, LatestDeadline(batch));
  if (!found) {
    for (const PendingRead& pending : batch) pending.done(tl::unexpected<Error>(found.error()));
    return;
  }
  std::unordered_map<std::string_view, const StoredUser*> by_id;
  for (const StoredUser& user : *found) by_id.emplace(user.user.id, &user);
  for (PendingRead& pending : batch) {
    const auto entry = by_id.find(pending.user_id);
    AnswerRead(pending, entry == by_id.end() ? nullptr : entry->second);
  }
}

void UserService::AnswerRead(PendingRead& read, const StoredUser* found) {
  if (found != nullptr && !found->deleted_at) {
    read.done(*found);
  } else if (found == nullptr && read.source == Source::kCopyThenClerk && clerk_ != nullptr) {
    clerk_->Fetch(read.user_id, ClerkFetcher::Mode::kIfMissing, std::move(read.done));
  } else {
    read.done(UserNotFound());
  }
}

Result<UserPage> UserService::ListOne(const std::string& after, int limit, Deadline deadline) {
  // One more than asked for tells whether there is a next page.
  auto users = repository_.List(after, limit + 1, deadline);
  if (!users) return tl::unexpected<Error>(std::move(users).error());
  UserPage page;
  std::size_t bytes = 0;
  for (StoredUser& user : *users) {
    bytes += TextSize(user.user);
    page.more = page.users.size() == static_cast<std::size_t>(limit) || (!page.users.empty() && bytes > options_.max_page_bytes);
    if (page.more) break;
    page.users.push_back(std::move(user));
  }
  return page;
}

}  // namespace inkwell::users
