#include "user-sync-service/change_feed.h"

#include <algorithm>
#include <utility>

#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Error;
using runtime::Fail;
using runtime::Result;
using std::chrono::steady_clock;

Error ShuttingDown() {
  return {Code::kUnavailable, reason::kDatabaseUnavailable, "The service is shutting down. Try again.", {}};
}

tl::unexpected<Error> CursorInvalid() {
  return Fail(Code::kFailedPrecondition, reason::kCursorInvalid,
              "The cursor is not one of this database's history. Start again from an empty cursor.");
}

}  // namespace

ChangeFeed::ChangeFeed(UserRepository& repository, Metrics& metrics, Options options)
    : repository_(repository), metrics_(metrics), options_(options), thread_([this] { Run(); }) {}

ChangeFeed::~ChangeFeed() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    Poke();
  }
  thread_.join();
}

ChangeFeed::SinkId ChangeFeed::Open(ChangeSink& sink, std::optional<ChangeCursor> cursor) {
  Reader reader;
  reader.sink = &sink;
  if (cursor) {
    reader.position = std::move(cursor->position);
    reader.database = std::move(cursor->database);
  }
  const std::lock_guard lock(mutex_);
  if (readers_.size() >= options_.max_sinks) {
    reader.end = Error{Code::kUnavailable, reason::kOverloaded, "Too many streams are open already. Try again.", {}};
  }
  const SinkId id = next_id_++;
  readers_.emplace(id, std::move(reader));
  metrics_.SetWatchStreams(readers_.size());
  Poke();
  return id;
}

void ChangeFeed::Sent(SinkId id, bool ok) {
  const std::lock_guard lock(mutex_);
  const auto entry = readers_.find(id);
  if (entry == readers_.end()) return;
  entry->second.sending = false;
  if (!ok) entry->second.end = Error{Code::kCancelled, "CANCELLED", "The consumer has left.", {}};
  Poke();
}

void ChangeFeed::Cancel(SinkId id) {
  const std::lock_guard lock(mutex_);
  const auto entry = readers_.find(id);
  if (entry == readers_.end()) return;
  entry->second.end = Error{Code::kCancelled, "CANCELLED", "The consumer has left.", {}};
  Poke();
}

void ChangeFeed::Wake() {
  const std::lock_guard lock(mutex_);
  ++wakes_;
  bool sooner = false;
  for (auto& [id, reader] : readers_) {
    const TimePoint look = reader.last_look + options_.pace;
    sooner = sooner || look < reader.next_look;
    reader.next_look = std::min(reader.next_look, look);
  }
  if (sooner) Poke();
}

void ChangeFeed::Shutdown() {
  const std::lock_guard lock(mutex_);
  shutting_down_ = true;
  Poke();
}

void ChangeFeed::Poke() {
  poked_ = true;
  work_.notify_one();
}

ChangeFeed::TimePoint ChangeFeed::NextWork() const {
  TimePoint next = steady_clock::now() + std::chrono::hours(1);
  for (const auto& [id, reader] : readers_) {
    if (!reader.sending) next = std::min(next, reader.next_look);
  }
  return next;
}

void ChangeFeed::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    work_.wait_until(lock, NextWork(), [this] { return poked_; });
    poked_ = false;
    std::vector<SinkId> ids;
    for (const auto& [id, reader] : readers_) ids.push_back(id);
    for (const SinkId id : ids) {
      Reader& reader = readers_.at(id);
      if (reader.sending) continue;
      if (reader.end || shutting_down_) {
        End(id, reader.end.value_or(ShuttingDown()), lock);
      } else if (reader.next_look <= steady_clock::now()) {
        Look(id, reader, lock);
      }
    }
  }
}

void ChangeFeed::Look(SinkId id, Reader& reader, std::unique_lock<std::mutex>& lock) {
  reader.last_look = steady_clock::now();
  const std::uint64_t wakes_before = wakes_;
  lock.unlock();
  auto step = Advance(reader);
  lock.lock();
  if (!step) {
    End(id, step.error(), lock);
    return;
  }
  reader.next_look = steady_clock::now() + step->look_again_in;
  // A wake-up that came during the look may be about a change that the look's snapshot did not have.
  if (wakes_ != wakes_before) reader.next_look = std::min(reader.next_look, reader.last_look + options_.pace);
  if (!step->batch) return;
  reader.sending = true;
  lock.unlock();
  reader.sink->Send(*std::move(step->batch));
  lock.lock();
}

Result<ChangeFeed::Step> ChangeFeed::Advance(Reader& reader) {
  auto page = repository_.ReadChanges(reader.position, options_.page_size, runtime::DeadlineAfter(options_.read_timeout));
  if (!page) return tl::unexpected<Error>(std::move(page).error());
  if (reader.database.empty()) reader.database = page->database;
  // The same history, and a place that it has reached and not left again: else the database was restored, promoted or replaced.
  if (reader.database != page->database) return CursorInvalid();
  if (reader.position != ChangePosition{} && reader.position.transaction >= page->next_transaction) return CursorInvalid();
  if (!page->after_stands) return CursorInvalid();

  ChangeBatch batch;
  bool more = page->more;
  std::size_t bytes = 0;
  for (UserChange& change : page->changes) {
    bytes += TextSize(change.user.user);
    if (!batch.users.empty() && bytes > options_.max_page_bytes) {
      more = true;
      break;
    }
    reader.position = {change.transaction, change.user.user.id};
    batch.users.push_back(std::move(change.user));
  }
  batch.caught_up = !more && !page->held_back;

  Step step;
  step.look_again_in = more ? std::chrono::milliseconds{0} : page->held_back ? options_.held_back_poll : options_.poll;
  const bool newly_caught_up = batch.caught_up && !reader.told_caught_up;
  if (batch.users.empty() && !newly_caught_up) return step;
  reader.told_caught_up = batch.caught_up;
  batch.cursor = EncodeCursor({reader.database, reader.position});
  step.batch = std::move(batch);
  return step;
}

void ChangeFeed::End(SinkId id, const Error& why, std::unique_lock<std::mutex>& lock) {
  ChangeSink* const sink = readers_.at(id).sink;
  readers_.erase(id);
  metrics_.SetWatchStreams(readers_.size());
  lock.unlock();
  sink->End(why);
  lock.lock();
}

}  // namespace inkwell::users
