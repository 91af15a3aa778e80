#include "user-sync-service/clerk_fetcher.h"

#include <array>
#include <utility>

#include "user-sync-service/clerk_user_store.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Result;

constexpr std::size_t kMaxRemembered = 10000;

tl::unexpected<Error> UserNotFound() { return Fail(Code::kNotFound, reason::kUserNotFound, "There is no such user."); }

tl::unexpected<Error> Overloaded() {
  return Fail(Code::kUnavailable, reason::kOverloaded, "Too many users are being fetched from Clerk. Try again.");
}

}  // namespace

ClerkFetcher::ClerkFetcher(ClerkUsers& clerk, UserRepository& copy, Metrics& metrics, Options options)
    : clerk_(clerk),
      copy_(copy),
      metrics_(metrics),
      options_(std::move(options)),
      departures_({.workers = options_.workers, .capacity = options_.capacity, .max_batch = 1},
                  [this](const std::vector<Departure>& batch) {
                    metrics_.CountTaken(WorkQueue::kClerk, batch.size());
                    for (const Departure& departure : batch) Work(departure);
                  }) {}

void ClerkFetcher::Fetch(const std::string& user_id, Mode mode, Done done) {
  switch (Board({mode, user_id}, done)) {
    case Boarding::kAboard:
      return;
    case Boarding::kUnknown:
      done(UserNotFound());
      return;
    case Boarding::kFull:
      metrics_.CountRefused(WorkQueue::kClerk);
      done(Overloaded());
      return;
  }
}

ClerkFetcher::Boarding ClerkFetcher::Board(const Flight& flight, Done& done) {
  const std::lock_guard lock(mutex_);
  if (flight.mode == Mode::kIfMissing) {
    const auto remembered = unknown_until_.find(flight.user_id);
    if (remembered != unknown_until_.end() && options_.now() < remembered->second) return Boarding::kUnknown;
  }
  const auto [waiters, is_first] = waiting_.try_emplace(flight);
  const bool is_crowded = waiters->second.size() >= options_.max_waiters;
  if (is_first || is_crowded) metrics_.CountQueued(WorkQueue::kClerk);  // who joins a flight waits with it
  if (is_crowded) return Boarding::kFull;
  if (is_first && !departures_.TryPush({flight, runtime::DeadlineAfter(options_.timeout)})) {
    waiting_.erase(waiters);
    return Boarding::kFull;
  }
  waiters->second.push_back(std::move(done));
  return Boarding::kAboard;
}

void ClerkFetcher::Work(const Departure& departure) {
  std::vector<Done> waiters;
  if (departure.flight.mode == Mode::kAlways) waiters = TakeWaiters(departure.flight);
  const Result<StoredUser> result = Complete(departure);
  if (departure.flight.mode == Mode::kIfMissing) waiters = TakeWaiters(departure.flight);
  for (const Done& done : waiters) done(result);
}

Result<StoredUser> ClerkFetcher::Complete(const Departure& departure) {
  const auto& [flight, deadline] = departure;
  if (runtime::TimeLeft(deadline).count() == 0) return Overloaded();
  if (flight.mode == Mode::kIfMissing) {
    const std::array ids{flight.user_id};
    auto found = copy_.Find(ids, deadline);
    if (!found) return tl::unexpected<Error>(std::move(found).error());
    if (!found->empty()) {
      metrics_.CountFetch(FetchOutcome::kNotNeeded);
      if (found->front().deleted_at) return UserNotFound();
      return std::move(found->front());
    }
  }
  return FetchAndStore(flight.user_id, deadline);
}

Result<StoredUser> ClerkFetcher::FetchAndStore(const std::string& user_id, Deadline deadline) {
  auto user = clerk_.Get(user_id, deadline);
  if (!user) {
    const bool not_found = user.error().code == Code::kNotFound;
    const bool unknown = not_found && options_.believes_absence();
    metrics_.CountFetch(unknown ? FetchOutcome::kUnknown : FetchOutcome::kUnavailable);
    if (unknown) RememberUnknown(user_id);
    if (not_found && !unknown) {
      return runtime::Fail(Code::kUnavailable, reason::kClerkUnavailable, "The Clerk that was asked is not the copy's.");
    }
    return tl::unexpected<Error>(std::move(user).error());
  }
  auto stored = StoreClerkUser(copy_, metrics_, *std::move(user), ChangeSource::kJustInTime, deadline);
  metrics_.CountFetch(stored                                               ? FetchOutcome::kStored
                      : stored.error().reason == reason::kClerkUnavailable ? FetchOutcome::kUnavailable
                                                                           : FetchOutcome::kNotStored);
  return stored;
}

std::vector<ClerkFetcher::Done> ClerkFetcher::TakeWaiters(const Flight& flight) {
  const std::lock_guard lock(mutex_);
  auto node = waiting_.extract(flight);
  return node.empty() ? std::vector<Done>{} : std::move(node.mapped());
}

void ClerkFetcher::RememberUnknown(const std::string& user_id) {
  const auto now = options_.now();
  const std::lock_guard lock(mutex_);
  if (unknown_until_.size() >= kMaxRemembered) {
    std::erase_if(unknown_until_, [&](const auto& entry) { return entry.second <= now; });
    if (unknown_until_.size() >= kMaxRemembered) unknown_until_.clear();
  }
  unknown_until_.insert_or_assign(user_id, now + options_.remember);
}

}  // namespace inkwell::users
