#include "user-sync-service/version_rule.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "tests/unit/user-sync-service/sample_users.h"

namespace inkwell::users {
namespace {

using ::testing::ElementsAre;

Version At(std::int64_t ms, std::uint8_t hash = 0) {
  Version version{AtMs(ms), {}};
  version.hash[0] = hash;
  return version;
}

TEST(VersionRule, HigherTimeWins) {
  EXPECT_EQ(Decide(At(1), At(2)), Verdict::kApplied);
  EXPECT_EQ(Decide(At(2), At(1)), Verdict::kOlder);
}

TEST(VersionRule, TimeCountsMoreThanContent) {
  EXPECT_EQ(Decide(At(1, 9), At(2, 1)), Verdict::kApplied);
  EXPECT_EQ(Decide(At(2, 1), At(1, 9)), Verdict::kOlder);
}

TEST(VersionRule, GreaterHashWinsAtOneTime) {
  EXPECT_EQ(Decide(At(1, 1), At(1, 2)), Verdict::kApplied);
  EXPECT_EQ(Decide(At(1, 2), At(1, 1)), Verdict::kOlder);
}

TEST(VersionRule, TheSameIsUnchanged) { EXPECT_EQ(Decide(At(1, 1), At(1, 1)), Verdict::kUnchanged); }

TEST(VersionRule, DeletionBeatsEveryVersion) { EXPECT_EQ(Decide(At(9'999'999'999'999), std::nullopt), Verdict::kApplied); }

TEST(VersionRule, NothingRevivesATombstone) { EXPECT_EQ(Decide(std::nullopt, At(9'999'999'999'999)), Verdict::kTombstoned); }

TEST(VersionRule, SecondDeletionIsUnchanged) { EXPECT_EQ(Decide(std::nullopt, std::nullopt), Verdict::kUnchanged); }

std::vector<const UserEvent*> RefsTo(const std::vector<UserEvent>& events) {
  std::vector<const UserEvent*> refs;
  for (const UserEvent& event : events) refs.push_back(&event);
  return refs;
}

std::vector<std::string> WinnerIds(const FoldedBatch& folded) {
  std::vector<std::string> ids;
  for (const UserEvent* winner : folded.winners) ids.push_back(UserIdOf(*winner));
  return ids;
}

TEST(Fold, KeepsOneEventPerUserSortedById) {
  const std::vector<UserEvent> events{StateEvent(SparseUser("user_c", 1)), StateEvent(SparseUser("user_B", 1)),
                                      StateEvent(SparseUser("user_c", 2)), DeletionEvent("user_a")};
  const auto refs = RefsTo(events);
  const FoldedBatch folded = Fold(refs);
  EXPECT_THAT(WinnerIds(folded), ElementsAre("user_B", "user_a", "user_c"));
  EXPECT_EQ(folded.winners[2], &events[2]);
}

TEST(Fold, PicksTheSameWinnerInAnyOrder) {
  std::vector<UserEvent> events{StateEvent(SparseUser("user_a", 1)), StateEvent(NamedUser("user_a", 2, "Ada")),
                                StateEvent(NamedUser("user_a", 2, "Grace")), StateEvent(SparseUser("user_a", 2))};
  const auto first_refs = RefsTo(events);
  const Rank expected = RankOf(*Fold(first_refs).winners.at(0));
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    std::vector<const UserEvent*> refs;
    for (const std::size_t i : order) refs.push_back(&events[i]);
    EXPECT_EQ(RankOf(*Fold(refs).winners.at(0)), expected);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Fold, AnswersLosersAsIfTheWinnerHadComeFirst) {
  const std::vector<UserEvent> events{StateEvent(SparseUser("user_a", 1)), StateEvent(SparseUser("user_a", 2)),
                                      StateEvent(SparseUser("user_a", 2))};
  const auto refs = RefsTo(events);
  const FoldedBatch folded = Fold(refs);
  const std::vector applied{Verdict::kApplied};
  EXPECT_THAT(folded.VerdictsOf(applied), ElementsAre(Verdict::kOlder, Verdict::kApplied, Verdict::kUnchanged));
  const std::vector older{Verdict::kOlder};
  EXPECT_THAT(folded.VerdictsOf(older), ElementsAre(Verdict::kOlder, Verdict::kOlder, Verdict::kOlder));
  const std::vector tombstoned{Verdict::kTombstoned};
  EXPECT_THAT(folded.VerdictsOf(tombstoned), ElementsAre(Verdict::kTombstoned, Verdict::kTombstoned, Verdict::kTombstoned));
}

TEST(Fold, AnswersStatesBesideADeletionAsTombstoned) {
  const std::vector<UserEvent> events{DeletionEvent("user_a"), StateEvent(SparseUser("user_a", 2)), DeletionEvent("user_a")};
  const auto refs = RefsTo(events);
  const std::vector applied{Verdict::kApplied};
  EXPECT_THAT(Fold(refs).VerdictsOf(applied), ElementsAre(Verdict::kApplied, Verdict::kTombstoned, Verdict::kUnchanged));
}

}  // namespace
}  // namespace inkwell::users
