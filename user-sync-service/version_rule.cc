#include "user-sync-service/version_rule.h"

#include <algorithm>
#include <numeric>

namespace inkwell::users {

Rank RankOf(const UserEvent& event) {
  const auto* state = std::get_if<UserState>(&event);
  return state != nullptr ? Rank(state->version) : std::nullopt;
}

Verdict Decide(const Rank& stored, const Rank& incoming) {
  if (stored == incoming) return Verdict::kUnchanged;
  if (!stored) return Verdict::kTombstoned;
  if (!incoming || *incoming > *stored) return Verdict::kApplied;
  return Verdict::kOlder;
}

FoldedBatch Fold(EventRefs batch) {
  std::vector<std::size_t> order(batch.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return UserIdOf(*batch[a]) < UserIdOf(*batch[b]); });

  FoldedBatch folded;
  folded.winner_of.resize(batch.size());
  for (const std::size_t index : order) {
    const UserEvent* event = batch[index];
    if (folded.winners.empty() || UserIdOf(*folded.winners.back()) != UserIdOf(*event)) {
      folded.winners.push_back(event);
    } else if (Decide(RankOf(*folded.winners.back()), RankOf(*event)) == Verdict::kApplied) {
      folded.winners.back() = event;
    }
    folded.winner_of[index] = folded.winners.size() - 1;
  }
  return folded;
}

std::vector<Verdict> FoldedBatch::VerdictsOf(EventRefs batch, std::span<const Verdict> of_winners) const {
  std::vector<Verdict> verdicts;
  verdicts.reserve(batch.size());
  std::vector<bool> winner_answered(winners.size(), false);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::size_t index = winner_of[i];
    const Verdict against_winner = Decide(RankOf(*winners[index]), RankOf(*batch[i]));
    if (against_winner != Verdict::kUnchanged) {
      // A loser: had the copy already refused the winner because of a tombstone, it refuses the loser for the same reason.
      verdicts.push_back(of_winners[index] == Verdict::kTombstoned ? Verdict::kTombstoned : against_winner);
      continue;
    }
    const bool repeated = winner_answered[index];
    winner_answered[index] = true;
    verdicts.push_back(repeated && of_winners[index] == Verdict::kApplied ? Verdict::kUnchanged : of_winners[index]);
  }
  return verdicts;
}

}  // namespace inkwell::users
