#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
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
  std::string database;  // names the database's history: system identifier, timeline, database
  // The change at the position that was asked for, or a later one of its user, is there. A user's row is never deleted and its
  // transaction never falls: it is there unless the database was restored.
  bool after_stands = true;
  std::uint64_t next_transaction = 0;  // no transaction with this number or a higher one has been seen to end
};

// What ExplainUser is to tell about one message. Borrows from the message.
struct ChangeNote {
  std::string_view user_id;
  const Origin* origin = nullptr;
  std::optional<ClerkTime> version;  // absent for a deletion
  Standing standing = Standing::kWinner;
};

// A change that was noted: nothing of it is personal.
struct NotedChange {
  Origin origin;
  std::optional<ClerkTime> version;
  Verdict verdict = Verdict::kApplied;
  CopyTime received_at{};
};

// What is known of one user's recent changes.
struct Explanation {
  std::optional<ClerkTime> version;  // that the copy holds
  std::optional<CopyTime> deleted_at;
  std::vector<NotedChange> changes;  // newest first
};

// How many changes of each user an explanation has at most.
inline constexpr int kExplainedChanges = 50;

[[nodiscard]] inline ChangeNote NoteOf(const UserMessage& message, Standing standing = Standing::kWinner) {
  const auto* state = std::get_if<UserState>(&message.event);
  return {UserIdOf(message.event), &message.origin, state != nullptr ? std::optional(state->version.updated_at) : std::nullopt,
          standing};
}

// The copy of the users. Thread-safe; calls block until their deadline at most.
//
// Errors: UNAVAILABLE / DATABASE_UNAVAILABLE (nothing is known to be stored), DEADLINE_EXCEEDED / DEADLINE_EXCEEDED,
// INTERNAL / INTERNAL; Apply also INVALID_ARGUMENT / INVALID_FIELD (an event that cannot be stored; none of the call is).
class UserRepository {
 public:
  virtual ~UserRepository() = default;

  // Applies events under the version rule, all or none, durable on return. Each user appears once, in ascending order of ids. A
  // verdict for each event. `notes` are kept with the verdicts, also durable on return: each is about a user of `events`, in the
  // order in which the messages came. Notes of a backfill and of a fetch are kept only where it changed something: the one looks
  // at every user, the other as often as a caller likes.
  [[nodiscard]] virtual runtime::Result<std::vector<Verdict>> Apply(EventRefs events, std::span<const ChangeNote> notes,
                                                                    runtime::Deadline deadline) = 0;

  // Where the recent changes of one user came from. Nothing in it: no change ever concerned the user.
  [[nodiscard]] virtual runtime::Result<Explanation> Explain(const std::string& user_id, runtime::Deadline deadline) = 0;

  // How many living users the copy has.
  [[nodiscard]] virtual runtime::Result<std::int64_t> Count(runtime::Deadline deadline) = 0;

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
