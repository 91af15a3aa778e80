#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "user-sync-service/user.h"

namespace inkwell::users {

// The version rule (docs/architecture.md), in the process; postgres_user_repository.cc has it once more as SQL, and one contract
// suite holds both to the same truth table. A deletion beats every version, and nothing beats a deletion.

// What the rule compares: a version, or nothing for a tombstone.
using Rank = std::optional<Version>;

[[nodiscard]] Rank RankOf(const UserEvent& event);

// What `incoming` does to a user whose copy is at `stored`.
[[nodiscard]] Verdict Decide(const Rank& stored, const Rank& incoming);

// Borrowed events: they outlive the call, and a FoldedBatch made of them.
using EventRefs = std::span<const UserEvent* const>;

// How an event of a batch stands to the one that wins among the events of its user.
enum class Standing : std::uint8_t {
  kWinner,
  kRepetition,  // the same as the winner, and not the first of its kind
  kOlder,
  kTombstoned,  // a state beside a deletion
};

// The verdict on an event, given that on its user's winner: as if the winner had come first.
[[nodiscard]] Verdict VerdictBeside(Standing standing, Verdict of_winner);

// A batch with one event per user: the one that wins among that user's events.
struct FoldedBatch {
  std::vector<const UserEvent*> winners;  // by user id, ascending bytewise: the lock order that all batches share
  std::vector<std::size_t> winner_of;     // for each event of the batch, the index of its user's winner
  std::vector<Standing> standings;        // for each event of the batch

  // The verdict on each event of the batch, given those on the winners.
  [[nodiscard]] std::vector<Verdict> VerdictsOf(std::span<const Verdict> of_winners) const;
};

[[nodiscard]] FoldedBatch Fold(EventRefs batch);

}  // namespace inkwell::users
