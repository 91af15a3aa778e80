#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/call_workers.h"
#include "user-sync-service/caller.h"
#include "user-sync-service/clerk_instance.h"
#include "user-sync-service/copy_state.h"
#include "user-sync-service/metrics.h"

namespace inkwell::users {

// Keeps the copy to one Clerk instance (docs/adr/0053): the first that an event or a token names is pinned in the database for
// ever, for all replicas, and every other is refused. Development and production never mix.
//
// A token names the instance by its key's id, which changes when the keys are rotated. So Clerk is asked about a name that is not
// known: the id and the key ids that it tells for the secret key are names of one instance, and once one of them is known, all
// become aliases, in the database (docs/adr/0053). Without a secret key, or while Clerk is away, an unknown name is refused.
//
// Thread-safe. Errors: FAILED_PRECONDITION / INSTANCE_MISMATCH, and those of CopyState.
class InstancePin final {
 public:
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

  // A refused name is refused from memory until this is over: what Clerk said, or that Clerk could not say.
  static constexpr std::chrono::seconds kLookAgainAfter{30};
  static constexpr std::chrono::seconds kLookAgainSoon{2};

  // `clerk` may be null: no secret key.
  InstancePin(CopyState& state, ClerkInstance* clerk, Metrics& metrics, SteadyClock clock = std::chrono::steady_clock::now);

  // Whether the instance is the copy's, pinning it if none is. Blocks nobody: what is known is answered at once, from memory.
  void Confirm(std::string name, Caller caller, Done<void> done);

  // The same, blocking.
  [[nodiscard]] runtime::Result<void> Confirm(const std::string& name, runtime::Deadline deadline);

  // Whether the secret key's instance, of which Clerk told this id, could be the copy's: it is, or none is pinned yet. Pins
  // nothing, but learns the instance's names. Blocking. Also UNAVAILABLE / CLERK_UNAVAILABLE: it takes Clerk's keys to say.
  [[nodiscard]] runtime::Result<void> Compare(const std::string& instance_id, runtime::Deadline deadline);

 private:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] std::optional<runtime::Result<void>> Remembered(const std::string& name) const;
  [[nodiscard]] bool HasPin() const;
  [[nodiscard]] bool Knows(const std::string& name) const;
  void Remember(std::string pinned);
  [[nodiscard]] runtime::Result<void> Refuse(const std::string& name, std::chrono::seconds for_so_long);

  // Blocking; for a name that is not the pinned one.
  [[nodiscard]] runtime::Result<void> JudgeStranger(const std::string& name, runtime::Deadline deadline);
  [[nodiscard]] runtime::Result<void> ReadAliases(runtime::Deadline deadline);
  // Asks Clerk for the secret key's instance, and learns its names. An error: Clerk could not say.
  [[nodiscard]] runtime::Result<void> AskClerk(runtime::Deadline deadline);
  // Asks Clerk for the names of the instance of this id, and takes them over if one of them is known.
  [[nodiscard]] runtime::Result<void> LearnNames(const std::string& instance_id, runtime::Deadline deadline);

  CopyState& state_;
  ClerkInstance* const clerk_;
  const SteadyClock clock_;
  mutable std::mutex mutex_;
  std::optional<std::string> pinned_;          // guarded by mutex_; never changes once set
  std::set<std::string> aliases_;              // guarded by mutex_; only ever added to
  std::map<std::string, Time> refused_until_;  // guarded by mutex_; bounded
  CallWorkers workers_;                        // last: its worker uses the above
};

// Whether the text can be an instance's id or a key's: 1 to 128 characters of [A-Za-z0-9_.-].
[[nodiscard]] bool IsInstanceId(std::string_view text);

}  // namespace inkwell::users
