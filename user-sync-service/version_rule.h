#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "user-sync-service/user.h"

namespace inkwell::users {

// The version rule (design section 3), in the process; postgres_user_repository.cc has it once more as SQL, and one contract
// suite holds both to the same truth table. A deletion beats every version, and nothing beats a deletion.

// What the rule compares: a version, or nothing for a tombstone.
using Rank = std::optional<Version>;

[[nodiscard]] Rank RankOf(const UserEvent& event);

// What `incoming` does to a user whose copy is at `stored`.
[[nodiscard]] Verdict Decide(const Rank& stored, const Rank& incoming);

// Borrowed events: they outlive the call, and a FoldedBatch made of them.
using EventRefs = std::span<const UserEvent* const>;

// A batch with one event per user: the one that wins among that user's events.
struct FoldedBatch {
  std::vector<const UserEvent*> winners;  // by user id, ascending bytewise: the lock order that all batches share
  std::vector<std::size_t> winner_of;     // for each event of the batch, the index of its user's winner

  // The verdict on each event of the batch, given those on the winners: as if each winner had come first.
  [[nodiscard]] std::vector<Verdict> VerdictsOf(EventRefs batch, std::span<const Verdict> of_winners) const;
};

[[nodiscard]] FoldedBatch Fold(EventRefs batch);

}  // namespace inkwell::users
