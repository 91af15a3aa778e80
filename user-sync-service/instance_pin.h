#pragma once

#include <chrono>
#include <cstdint>
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

// What is known of the secret key.
enum class KeyStanding : std::uint8_t {
  kOpen,       // no instance is pinned yet that its own could be compared with
  kConfirmed,  // its instance is the pinned one
  kUntold,     // Clerk will never tell its instance, or there is no key: nothing speaks against it, and nothing for it
};

// Keeps the copy to one Clerk instance (docs/adr/0053): the first that an event or a token names is pinned in the database for
// ever, for all replicas, and every other is refused. Development and production never mix.
//
// A token names the instance by its key's id, which changes when the keys are rotated. So Clerk is asked about a name that is not
// known: the id and the key ids that it tells for the secret key are names of one instance, and once one of them is known, all
// become aliases, in the database (docs/adr/0053). Without a secret key, or while Clerk is away, an unknown name is refused.
//
// If none of them is known, the secret key is of another instance, whose Clerk has never heard of the users of the copy: whenever
// that is found out, `on_foreign_key` is called, once, from the thread that asked.
//
// Thread-safe. Errors: FAILED_PRECONDITION / INSTANCE_MISMATCH, and those of CopyState.
class InstancePin final {
 public:
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

  // A refused name is refused from memory until this is over: what Clerk said, or that Clerk could not say.
  static constexpr std::chrono::seconds kLookAgainAfter{30};
  static constexpr std::chrono::seconds kLookAgainSoon{2};

  // `clerk` may be null: no secret key.
  InstancePin(
      CopyState& state, ClerkInstance* clerk, Metrics& metrics, std::function<void()> on_foreign_key = [] {},
      SteadyClock clock = std::chrono::steady_clock::now);

  // Whether the instance is the copy's, pinning it if none is. Blocks nobody: what is known is answered at once, from memory.
  void Confirm(std::string name, Caller caller, Done<void> done);

  // The same, blocking.
  [[nodiscard]] runtime::Result<void> Confirm(const std::string& name, runtime::Deadline deadline);

  // Whether the secret key's instance is the copy's, also where another replica pinned it. Pins nothing (a copy that no event and
  // no token has reached belongs to nobody yet), but learns the instance's names. A key that was confirmed once stays so.
  // Blocking. INSTANCE_MISMATCH: it is another one. Also UNAVAILABLE / CLERK_UNAVAILABLE: Clerk did not answer.
  [[nodiscard]] runtime::Result<KeyStanding> JudgeKey(runtime::Deadline deadline);

  // Whether an instance was seen to be pinned. From memory, as
  [[nodiscard]] bool HasPin() const;
  // this: whether Clerk's 404 for a user says anything of the copy's users. Not once the key was found to be another instance's,
  // and beside a pin not before it was judged.
  [[nodiscard]] bool BelievesAbsence() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] std::optional<runtime::Result<void>> Remembered(const std::string& name) const;
  [[nodiscard]] bool HasConfirmedKey() const;
  [[nodiscard]] bool Knows(const std::string& name) const;
  void Remember(std::string pinned);
  [[nodiscard]] runtime::Result<void> Refuse(const std::string& name, std::chrono::seconds for_so_long);

  // Blocking; for a name that is not the pinned one.
  [[nodiscard]] runtime::Result<void> JudgeStranger(const std::string& name, runtime::Deadline deadline);
  [[nodiscard]] runtime::Result<void> ReadAliases(runtime::Deadline deadline);
  // Asks Clerk for the secret key's instance, learns its names and judges the key by them. There is a pin. An error but
  // INSTANCE_MISMATCH: there may be names that Clerk could not tell.
  [[nodiscard]] runtime::Result<KeyStanding> AskClerk(runtime::Deadline deadline);
  void ConfirmKey();
  [[nodiscard]] tl::unexpected<runtime::Error> RefuseKey(const std::string& instance_id);
  // Asks Clerk for the names of the instance of this id, and takes them over if one of them is known.
  [[nodiscard]] runtime::Result<void> LearnNames(const std::string& instance_id, runtime::Deadline deadline);

  CopyState& state_;
  ClerkInstance* const clerk_;
  const std::function<void()> on_foreign_key_;
  const SteadyClock clock_;
  mutable std::mutex mutex_;
  std::optional<std::string> pinned_;          // guarded by mutex_; never changes once set
  std::set<std::string> aliases_;              // guarded by mutex_; only ever added to
  std::map<std::string, Time> refused_until_;  // guarded by mutex_; bounded
  bool key_confirmed_ = false;                 // guarded by mutex_; never falls
  bool key_refused_ = false;                   // guarded by mutex_; never falls, and says nothing of a confirmed key
  bool key_untold_ = false;                    // guarded by mutex_; Clerk said that it will not tell the key's instance
  CallWorkers workers_;                        // last: its worker uses the above
};

// Whether the text can be an instance's id or a key's: 1 to 128 characters of [A-Za-z0-9_.-].
[[nodiscard]] bool IsInstanceId(std::string_view text);

}  // namespace inkwell::users
