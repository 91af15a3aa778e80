#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/batch_queue.h"
#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/user.h"
#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// Fetches users from Clerk and stores them under the version rule, on workers of its own that may block. Thread-safe.
//
// However many callers miss the same user, Clerk is asked once: they share one flight, and a flight looks into the copy once more
// before it asks, for a caller whose look into the copy was older than the flight before. What Clerk does not know is not asked
// for again for a moment, so that a storm of requests with the token of a deleted user stays here.
class ClerkFetcher final {
 public:
  enum class Mode : std::uint8_t {
    kIfMissing,  // just in time: only if the copy does not hold the user
    kAlways,     // Clerk's state at some moment after the call; a flight that has begun is not joined
  };

  // The user as stored. Errors: NOT_FOUND / USER_NOT_FOUND, UNAVAILABLE / CLERK_UNAVAILABLE, OVERLOADED or DATABASE_UNAVAILABLE,
  // DEADLINE_EXCEEDED / DEADLINE_EXCEEDED.
  using Done = std::function<void(runtime::Result<StoredUser>)>;

  struct Options {
    std::size_t workers = 4;
    std::size_t capacity = 256;                // flights that wait for a worker
    std::size_t max_waiters = 4096;            // of one flight
    std::chrono::milliseconds timeout{2500};   // of a flight: below the gateway's own deadline of 3 s
    std::chrono::milliseconds remember{1000};  // how long "unknown to Clerk" is believed
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
    // Whether Clerk's "unknown" means anything. Otherwise it is CLERK_UNAVAILABLE. Thread-safe, and must not block.
    std::function<bool()> believes_absence = [] { return true; };
  };

  ClerkFetcher(ClerkUsers& clerk, UserRepository& copy, Metrics& metrics, Options options);

  // `done` is called once, from this or another thread, within the timeout and a little.
  void Fetch(const std::string& user_id, Mode mode, Done done);

 private:
  struct Flight {
    Mode mode = Mode::kIfMissing;
    std::string user_id;
    friend auto operator<=>(const Flight&, const Flight&) = default;  // NOLINT(modernize-use-nullptr)
  };
  struct Departure {
    Flight flight;
    runtime::Deadline deadline;
  };

  enum class Boarding : std::uint8_t { kAboard, kUnknown, kFull };

  // Takes `done` only when it answers kAboard.
  [[nodiscard]] Boarding Board(const Flight& flight, Done& done);
  void Work(const Departure& departure);
  [[nodiscard]] runtime::Result<StoredUser> Complete(const Departure& departure);
  [[nodiscard]] runtime::Result<StoredUser> FetchAndStore(const std::string& user_id, runtime::Deadline deadline);
  [[nodiscard]] std::vector<Done> TakeWaiters(const Flight& flight);
  void RememberUnknown(const std::string& user_id);

  ClerkUsers& clerk_;
  UserRepository& copy_;
  Metrics& metrics_;
  const Options options_;

  std::mutex mutex_;
  std::map<Flight, std::vector<Done>> waiting_;                                           // guarded by mutex_
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> unknown_until_;  // guarded by mutex_

  runtime::BatchQueue<Departure> departures_;  // last: its workers use all of the above
};

}  // namespace inkwell::users
