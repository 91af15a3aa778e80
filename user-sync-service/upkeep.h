#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

#include "user-sync-service/backfill.h"
#include "user-sync-service/clerk_users.h"
#include "user-sync-service/copy_state.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// Makes drift visible and lets it heal: compares Clerk's count of users with ours once a minute, and begins a reconciliation (a
// backfill) when the last one, by whichever replica, is older than the interval, or the copy is if there was none. Keeps the age
// of the last webhook. On a thread of its own.
class Upkeep final {
 public:
  struct Options {
    std::chrono::milliseconds reconcile_interval{};    // zero: never
    bool reconcile_delete = false;                     // otherwise missing users are only counted
    std::chrono::milliseconds look{60'000};            // between two looks
    std::chrono::milliseconds after_failure{600'000};  // until a failed reconciliation is tried again
  };

  // Without `clerk` and `backfill` (no secret key) there is nothing to compare with.
  Upkeep(ClerkUsers* clerk, UserRepository& copy, CopyState& state, Backfill* backfill, Metrics& metrics, Options options);

 private:
  void Run(const std::stop_token& stop);
  void Look(const std::stop_token& stop);
  void MeasureDrift();
  [[nodiscard]] bool IsDue();

  ClerkUsers* const clerk_;
  UserRepository& copy_;
  CopyState& state_;
  Backfill* const backfill_;
  Metrics& metrics_;
  const Options options_;
  std::chrono::steady_clock::time_point not_before_{};  // after a failure; of the thread alone
  std::jthread thread_;                                 // last: it uses all of the above
};

}  // namespace inkwell::users
