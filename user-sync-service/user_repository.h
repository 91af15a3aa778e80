#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/user.h"
#include "user-sync-service/version_rule.h"

namespace inkwell::users {

// A place in the order of changes: by the transaction that made the change, then by user. The default comes before every change.
struct ChangePosition {
  std::uint64_t transaction = 0;
  std::string user_id;

  friend auto operator<=>(const ChangePosition&, const ChangePosition&) = default;
};

struct UserChange {
  StoredUser user;  // the latest state, or a tombstone
  std::uint64_t transaction = 0;
};

// Some of the changes after a position, in order, read from one snapshot of the database.
struct ChangePage {
  std::vector<UserChange> changes;
  bool more = false;  // further changes could be delivered now
  // Changes are visible that cannot be delivered yet, because a transaction older than theirs is still open and may commit a
  // change that comes before them. Nothing announces its end: look again soon.
  bool held_back = false;
  std::string database;                // names the database's history: system identifier, timeline, database
  std::uint64_t next_transaction = 0;  // no transaction with this number or a higher one has been seen to end
};

// The copy of the users. Thread-safe; calls block until their deadline at most.
//
// Errors: UNAVAILABLE / DATABASE_UNAVAILABLE (nothing is known to be stored), DEADLINE_EXCEEDED / DEADLINE_EXCEEDED,
// INTERNAL / INTERNAL; Apply also INVALID_ARGUMENT / INVALID_FIELD (an event that cannot be stored; none of the call is).
class UserRepository {
 public:
  virtual ~UserRepository() = default;

  // Applies events under the version rule, all or none, durable on return. Each user appears once, in ascending order of ids. A
  // verdict for each event.
  [[nodiscard]] virtual runtime::Result<std::vector<Verdict>> Apply(EventRefs events, runtime::Deadline deadline) = 0;

  // Those of the users that the copy holds, tombstones included, in no particular order.
  [[nodiscard]] virtual runtime::Result<std::vector<StoredUser>> Find(std::span<const std::string> user_ids,
                                                                      runtime::Deadline deadline) = 0;

  // The next living users by id, ascending bytewise, after `after` (empty: from the first).
  [[nodiscard]] virtual runtime::Result<std::vector<StoredUser>> List(std::string_view after, int limit,
                                                                      runtime::Deadline deadline) = 0;

  // The next changes after a position. No change is ever skipped, whatever order transactions commit in.
  [[nodiscard]] virtual runtime::Result<ChangePage> ReadChanges(const ChangePosition& after, int limit,
                                                                runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::users
