#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <vector>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/backfill.h"

namespace inkwell::users {

// One run of a backfill, in the thread that calls. Used by Backfill only.
class BackfillRun final {
 public:
  BackfillRun(const Backfill::Parts& parts, const Backfill::Wait& wait, const BackfillRequest& request, RunLease& lease,
              const std::stop_token& stop, const Backfill::OnProgress& on_progress);

  [[nodiscard]] runtime::Result<BackfillTotals> Execute();

 private:
  [[nodiscard]] runtime::Result<void> PinInstance();
  [[nodiscard]] runtime::Result<void> ReadResumeToken();
  [[nodiscard]] runtime::Result<void> CopyListing();
  // The next users of the listing who were not named before; none at its end. Steps back while a page does not begin inside of
  // what was named before.
  [[nodiscard]] runtime::Result<std::vector<User>> NextUsers();
  [[nodiscard]] runtime::Result<void> StorePage(std::vector<User> page);
  [[nodiscard]] runtime::Result<std::vector<Verdict>> Store(const std::vector<UserMessage>& messages);
  [[nodiscard]] runtime::Result<std::vector<std::string>> FindUnnamed();
  [[nodiscard]] runtime::Result<std::vector<std::string>> ConfirmMissing(const std::vector<std::string>& unnamed);
  [[nodiscard]] runtime::Result<void> DeleteMissing(const std::vector<std::string>& missing);
  [[nodiscard]] std::int64_t MostDeletions() const;
  [[nodiscard]] runtime::Result<void> MayGoOn();
  void Report(BackfillProgress::Phase phase, std::int64_t done, std::int64_t total);

  // Asks until there is an answer that no repetition changes, patiently.
  template <typename T>
  [[nodiscard]] runtime::Result<T> Ask(const std::function<runtime::Result<T>(runtime::Deadline)>& question);

  // Users named by the listing, as hashes of their ids: 8 bytes each, whatever the size of the instance. Two ids with one hash
  // would hide a missing user, never delete one.
  [[nodiscard]] bool WasNamed(const std::string& user_id) const;

  const Backfill::Parts& parts_;
  const Backfill::Wait& wait_;
  const BackfillRequest& request_;
  RunLease& lease_;
  const std::stop_token& stop_;
  const Backfill::OnProgress& on_progress_;

  std::string instance_id_;   // of the secret key, and the copy's; "": Clerk does not tell
  ClerkTime copied_until_{};  // users created before were copied by the run that is resumed
  ClerkTime reached_{};       // the youngest user listed so far
  bool ordered_ = true;       // the listing so far was in the order of creation

  // Where the listing is read. The users before a page that joins were named, all of them: a page may be skipped only then.
  static constexpr std::int64_t kNowhere = std::numeric_limits<std::int64_t>::max();
  std::int64_t offset_ = 0;           // of the next page
  std::int64_t step_back_ = 1;        // less than the last page that joined, then twice as much each time
  std::int64_t empty_at_ = kNowhere;  // since somebody new was named: where the listing was over,
  std::int64_t gap_at_ = kNowhere;    // where a page did not join,
  std::string behind_gap_;            // who stood there,
  std::int64_t seam_ = kNowhere;      // and where a page joins although it does not overlap, if that user still stands there
  std::unordered_set<std::size_t> named_;
  std::int64_t living_ = 0;  // users of the copy
  BackfillProgress progress_;
};

}  // namespace inkwell::users
