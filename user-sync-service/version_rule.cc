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

Verdict VerdictBeside(Standing standing, Verdict of_winner) {
  switch (standing) {
    case Standing::kWinner:
      return of_winner;
    case Standing::kRepetition:
      return of_winner == Verdict::kApplied ? Verdict::kUnchanged : of_winner;
    case Standing::kOlder:
      // Had the copy already refused the winner because of a tombstone, it refuses the loser for the same reason.
      return of_winner == Verdict::kTombstoned ? Verdict::kTombstoned : Verdict::kOlder;
    case Standing::kTombstoned:
      return Verdict::kTombstoned;
  }
  return of_winner;
}

namespace {

std::vector<Standing> StandingsOf(EventRefs batch, const FoldedBatch& folded) {
  std::vector<Standing> standings;
  standings.reserve(batch.size());
  std::vector<bool> winner_seen(folded.winners.size(), false);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::size_t index = folded.winner_of[i];
    const Rank winner = RankOf(*folded.winners[index]);
    if (RankOf(*batch[i]) != winner) {
      standings.push_back(winner ? Standing::kOlder : Standing::kTombstoned);
    } else {
      standings.push_back(winner_seen[index] ? Standing::kRepetition : Standing::kWinner);
      winner_seen[index] = true;
    }
  }
  return standings;
}

}  // namespace

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
  folded.standings = StandingsOf(batch, folded);
  return folded;
}

std::vector<Verdict> FoldedBatch::VerdictsOf(std::span<const Verdict> of_winners) const {
  std::vector<Verdict> verdicts;
  verdicts.reserve(standings.size());
  for (std::size_t i = 0; i < standings.size(); ++i) verdicts.push_back(VerdictBeside(standings[i], of_winners[winner_of[i]]));
  return verdicts;
}

}  // namespace inkwell::users
