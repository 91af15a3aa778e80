#include "tests/unit/user-sync-service/user_repository_contract.h"

#include <gmock/gmock.h>

#include <array>
#include <nlohmann/json.hpp>

#include "tests/unit/user-sync-service/sample_users.h"

namespace inkwell::users {

using runtime::DeadlineAfter;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(UserRepositoryContract);

constexpr std::chrono::seconds kPatience{10};

Verdict UserRepositoryContract::Apply(const UserEvent& event) {
  const std::array events{&event};
  return repository_->Apply(events, {}, DeadlineAfter(kPatience)).value().at(0);
}

std::optional<StoredUser> UserRepositoryContract::Find(const std::string& user_id) {
  const std::array ids{user_id};
  const auto found = repository_->Find(ids, DeadlineAfter(kPatience)).value();
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<std::string> UserRepositoryContract::ListedIds(std::string_view after, int limit) {
  std::vector<std::string> ids;
  const auto users = repository_->List(after, limit, DeadlineAfter(kPatience)).value();
  for (const auto& user : users) ids.push_back(user.user.id);
  return ids;
}

ChangePage UserRepositoryContract::Changes(const ChangePosition& after, int limit) {
  return repository_->ReadChanges(after, limit, DeadlineAfter(kPatience)).value();
}

namespace {

std::vector<std::string> IdsOf(const ChangePage& page) {
  std::vector<std::string> ids;
  for (const auto& change : page.changes) ids.push_back(change.user.user.id);
  return ids;
}

ChangePosition EndOf(const ChangePage& page) { return {page.changes.back().transaction, page.changes.back().user.user.id}; }

TEST_P(UserRepositoryContract, DecidesEveryPairOfStoredAndIncomingByTheVersionRule) {
  const std::array states{StateEvent(SparseUser("user_x", 1000)), StateEvent(NamedUser("user_x", 1000, "Ada")),
                          StateEvent(NamedUser("user_x", 1000, "Grace")), StateEvent(SparseUser("user_x", 2000)),
                          DeletionEvent("user_x")};
  int pair = 0;
  for (const UserEvent& first : states) {
    for (const UserEvent& second : states) {
      const std::string id = "user_" + std::to_string(++pair);
      const auto renamed = [&id](UserEvent event) {
        if (auto* state = std::get_if<UserState>(&event)) {
          state->user.id = id;
        } else {
          std::get<UserDeletion>(event).user_id = id;
        }
        return event;
      };
      ASSERT_EQ(Apply(renamed(first)), Verdict::kApplied);
      const Verdict expected = Decide(RankOf(first), RankOf(second));
      EXPECT_EQ(Apply(renamed(second)), expected) << "pair " << pair;

      const UserEvent winner = renamed(expected == Verdict::kApplied ? second : first);
      const auto stored = Find(id);
      ASSERT_TRUE(stored.has_value());
      EXPECT_EQ(stored->deleted_at.has_value(), std::holds_alternative<UserDeletion>(winner)) << "pair " << pair;
      if (const auto* state = std::get_if<UserState>(&winner)) {
        EXPECT_EQ(stored->user.first_name, state->user.first_name) << "pair " << pair;
        EXPECT_EQ(stored->user.updated_at, state->user.updated_at) << "pair " << pair;
      }
    }
  }
}

TEST_P(UserRepositoryContract, ReturnsTextAsItWasStored) {
  User user = NamedUser("user_text", 5, R"(quote " backslash \ brace {} comma , 'single')");
  user.last_name = "";
  user.username = "NULL";
  user.email = "Zoë+☃@example.com";
  user.image_url = std::nullopt;
  user.public_metadata = R"({"a":"\"\\{}","list":[1,2.5,null,true],"snow":"☃","line":"x\ny"})";
  user.banned = true;
  user.locked = true;
  ASSERT_EQ(Apply(StateEvent(user)), Verdict::kApplied);

  const auto stored = Find("user_text");
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->user.first_name, user.first_name);
  EXPECT_EQ(stored->user.last_name, "");
  EXPECT_EQ(stored->user.username, "NULL");
  EXPECT_EQ(stored->user.email, user.email);
  EXPECT_EQ(stored->user.image_url, std::nullopt);
  EXPECT_TRUE(stored->user.banned);
  EXPECT_TRUE(stored->user.locked);
  EXPECT_EQ(stored->user.created_at, user.created_at);
  EXPECT_EQ(nlohmann::json::parse(stored->user.public_metadata), nlohmann::json::parse(user.public_metadata));
  EXPECT_GT(stored->synced_at, CopyTime{});
}

TEST_P(UserRepositoryContract, KeepsASparseUser) {
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_phone", 7))), Verdict::kApplied);
  const auto stored = Find("user_phone");
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->user, SparseUser("user_phone", 7));
}

TEST_P(UserRepositoryContract, ErasesPersonalDataOfADeletedUser) {
  ASSERT_EQ(Apply(StateEvent(NamedUser("user_gone", 7, "Ada"))), Verdict::kApplied);
  ASSERT_EQ(Apply(DeletionEvent("user_gone")), Verdict::kApplied);
  const auto stored = Find("user_gone");
  ASSERT_TRUE(stored.has_value());
  User erased;
  erased.id = "user_gone";
  EXPECT_EQ(stored->user, erased);
  EXPECT_TRUE(stored->deleted_at.has_value());
}

TEST_P(UserRepositoryContract, KeepsATombstoneOfAUserNeverSeen) {
  ASSERT_EQ(Apply(DeletionEvent("user_never")), Verdict::kApplied);
  EXPECT_EQ(Apply(StateEvent(SparseUser("user_never", 9))), Verdict::kTombstoned);
  ASSERT_TRUE(Find("user_never").has_value());
  EXPECT_TRUE(Find("user_never")->deleted_at.has_value());
}

TEST_P(UserRepositoryContract, AnswersEachEventOfACallInItsPlace) {
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_b", 5))), Verdict::kApplied);
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_c", 5))), Verdict::kApplied);
  ASSERT_EQ(Apply(DeletionEvent("user_d")), Verdict::kApplied);
  const std::array events{StateEvent(SparseUser("user_a", 1)), StateEvent(SparseUser("user_b", 4)),
                          StateEvent(SparseUser("user_c", 5)), StateEvent(SparseUser("user_d", 6)), DeletionEvent("user_e")};
  const std::array refs{&events[0], &events[1], &events[2], &events[3], &events[4]};
  EXPECT_THAT(repository_->Apply(refs, {}, DeadlineAfter(kPatience)).value(),
              ElementsAre(Verdict::kApplied, Verdict::kOlder, Verdict::kUnchanged, Verdict::kTombstoned, Verdict::kApplied));
}

TEST_P(UserRepositoryContract, FindsWhatIsThere) {
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  EXPECT_FALSE(Find("user_b").has_value());
  const std::vector<std::string> ids{"user_a", "user_b"};
  EXPECT_THAT(repository_->Find(ids, DeadlineAfter(kPatience)).value(), SizeIs(1));
}

TEST_P(UserRepositoryContract, ListsTheLivingBytewisePageByPage) {
  for (const char* id : {"user_b", "user_B", "user_a", "user_-", "user_9"}) {
    ASSERT_EQ(Apply(StateEvent(SparseUser(id, 1))), Verdict::kApplied);
  }
  ASSERT_EQ(Apply(DeletionEvent("user_a")), Verdict::kApplied);
  EXPECT_THAT(ListedIds("", 3), ElementsAre("user_-", "user_9", "user_B"));
  EXPECT_THAT(ListedIds("user_B", 3), ElementsAre("user_b"));
  EXPECT_THAT(ListedIds("user_b", 3), IsEmpty());
}

TEST_P(UserRepositoryContract, ReadsChangesInTheirOrderFromWhereOneStopped) {
  for (const char* id : {"user_c", "user_a", "user_b"}) ASSERT_EQ(Apply(StateEvent(SparseUser(id, 1))), Verdict::kApplied);
  const ChangePage first = Changes({}, 2);
  EXPECT_THAT(IdsOf(first), ElementsAre("user_c", "user_a"));
  EXPECT_TRUE(first.more);
  const ChangePage second = Changes(EndOf(first), 2);
  EXPECT_THAT(IdsOf(second), ElementsAre("user_b"));
  EXPECT_FALSE(second.more);
  EXPECT_FALSE(second.held_back);
  EXPECT_THAT(IdsOf(Changes(EndOf(second))), IsEmpty());
}

// A transaction is longer than a page: a position inside it must not stand for all of it.
TEST_P(UserRepositoryContract, ReadsTheChangesOfOneTransactionPageByPage) {
  const std::array events{StateEvent(SparseUser("user_-", 1)), StateEvent(SparseUser("user_9", 1)), DeletionEvent("user_B"),
                          StateEvent(SparseUser("user_a", 1)), StateEvent(SparseUser("user_b", 1))};
  const std::array refs{&events[0], &events[1], &events[2], &events[3], &events[4]};
  ASSERT_THAT(repository_->Apply(refs, {}, DeadlineAfter(kPatience)).value(), Each(Verdict::kApplied));
  const ChangePage whole = Changes({});
  ASSERT_THAT(IdsOf(whole), ElementsAre("user_-", "user_9", "user_B", "user_a", "user_b"));
  ASSERT_EQ(whole.changes.front().transaction, whole.changes.back().transaction);

  for (int reading = 0; reading < 2; ++reading) {
    const ChangePage first = Changes({}, 2);
    ASSERT_THAT(IdsOf(first), ElementsAre("user_-", "user_9"));
    const ChangePage second = Changes(EndOf(first), 2);
    ASSERT_THAT(IdsOf(second), ElementsAre("user_B", "user_a"));
    const ChangePage third = Changes(EndOf(second), 2);
    ASSERT_THAT(IdsOf(third), ElementsAre("user_b"));
    EXPECT_THAT(IdsOf(Changes(EndOf(third), 2)), IsEmpty());
    EXPECT_TRUE(first.more && second.more && !third.more);
  }
}

TEST_P(UserRepositoryContract, ReadsTheLatestStateOfAUserOnce) {
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_b", 1))), Verdict::kApplied);
  const ChangePage before = Changes({});
  ASSERT_EQ(Apply(DeletionEvent("user_a")), Verdict::kApplied);
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_b", 1))), Verdict::kUnchanged);
  const ChangePage after = Changes(EndOf(before));
  EXPECT_THAT(IdsOf(after), ElementsAre("user_a"));
  EXPECT_TRUE(after.changes[0].user.deleted_at.has_value());
  EXPECT_THAT(IdsOf(Changes({})), ElementsAre("user_b", "user_a"));
}

TEST_P(UserRepositoryContract, NamesItsDatabaseAndHowFarItHasCome) {
  const ChangePage empty = Changes({});
  EXPECT_FALSE(empty.database.empty());
  ASSERT_EQ(Apply(StateEvent(SparseUser("user_a", 1))), Verdict::kApplied);
  const ChangePage page = Changes({});
  EXPECT_EQ(page.database, empty.database);
  EXPECT_LT(EndOf(page).transaction, page.next_transaction);
}

// What Explain tells about the user, one word per change, newest first.
std::vector<std::string> Story(UserRepository& repository, const std::string& id) {
  constexpr std::array kSources{"webhook", "just_in_time", "backfill", "profile_write"};
  constexpr std::array kVerdicts{"applied", "unchanged", "older", "tombstoned"};
  const auto explanation = repository.Explain(id, DeadlineAfter(kPatience)).value();
  std::vector<std::string> words;
  for (const NotedChange& change : explanation.changes) {
    words.push_back(std::string(kSources.at(static_cast<std::size_t>(change.origin.source))) + ":" + change.origin.event_id +
                    ":" + (change.version ? std::to_string(change.version->time_since_epoch().count()) : "-") + ":" +
                    kVerdicts.at(static_cast<std::size_t>(change.verdict)));
  }
  return words;
}

// Applies the messages as UserService does a batch.
void ApplyNoted(UserRepository& repository, const std::vector<UserMessage>& messages) {
  std::vector<const UserEvent*> events;
  for (const auto& message : messages) events.push_back(&message.event);
  const FoldedBatch folded = Fold(events);
  std::vector<ChangeNote> notes;
  for (std::size_t i = 0; i < messages.size(); ++i) notes.push_back(NoteOf(messages[i], folded.standings[i]));
  ASSERT_TRUE(repository.Apply(folded.winners, notes, DeadlineAfter(kPatience)).has_value());
}

TEST_P(UserRepositoryContract, ExplainsEachMessageOfABatchWithItsOwnVerdict) {
  const UserEvent first = StateEvent(SparseUser("user_a", 1000));
  const UserEvent second = StateEvent(SparseUser("user_a", 2000));
  ApplyNoted(*repository_, {{first, {ChangeSource::kWebhook, "msg_1"}},
                            {second, {ChangeSource::kWebhook, "msg_2"}},
                            {StateEvent(SparseUser("user_b", 7)), {ChangeSource::kJustInTime, {}}},
                            {second, {ChangeSource::kProfileWrite, {}}}});
  ApplyNoted(*repository_, {{first, {ChangeSource::kWebhook, "msg_1"}}});
  EXPECT_THAT(Story(*repository_, "user_a"), ElementsAre("webhook:msg_1:1000:older", "profile_write::2000:unchanged",
                                                         "webhook:msg_2:2000:applied", "webhook:msg_1:1000:older"));
  EXPECT_THAT(Story(*repository_, "user_b"), ElementsAre("just_in_time::7:applied"));
  EXPECT_EQ(repository_->Explain("user_a", DeadlineAfter(kPatience))->version, AtMs(2000));
}

TEST_P(UserRepositoryContract, ExplainsATombstone) {
  ApplyNoted(*repository_, {{StateEvent(SparseUser("user_a", 1)), {ChangeSource::kWebhook, "msg_1"}}});
  ApplyNoted(*repository_, {{DeletionEvent("user_a"), {ChangeSource::kWebhook, "msg_2"}},
                            {StateEvent(SparseUser("user_a", 3)), {ChangeSource::kWebhook, "msg_3"}},
                            {DeletionEvent("user_a"), {ChangeSource::kWebhook, "msg_4"}}});
  ApplyNoted(*repository_, {{StateEvent(SparseUser("user_a", 4)), {ChangeSource::kWebhook, "msg_5"}}});
  EXPECT_THAT(Story(*repository_, "user_a"),
              ElementsAre("webhook:msg_5:4:tombstoned", "webhook:msg_4:-:unchanged", "webhook:msg_3:3:tombstoned",
                          "webhook:msg_2:-:applied", "webhook:msg_1:1:applied"));
  const auto explanation = repository_->Explain("user_a", DeadlineAfter(kPatience)).value();
  EXPECT_FALSE(explanation.version.has_value());
  EXPECT_TRUE(explanation.deleted_at.has_value());
}

TEST_P(UserRepositoryContract, KeepsOfABackfillOnlyWhatChangedSomething) {
  const UserMessage looked{StateEvent(SparseUser("user_a", 1)), {ChangeSource::kBackfill, {}}};
  ApplyNoted(*repository_, {looked});
  ApplyNoted(*repository_, {looked});
  EXPECT_THAT(Story(*repository_, "user_a"), ElementsAre("backfill::1:applied"));
}

// Who may read a user would otherwise push out the fifty changes that matter.
TEST_P(UserRepositoryContract, KeepsOfFetchesOnlyWhatChangedSomething) {
  const UserMessage fetched{StateEvent(SparseUser("user_a", 1)), {ChangeSource::kJustInTime, {}}};
  ApplyNoted(*repository_, {{StateEvent(SparseUser("user_a", 0)), {ChangeSource::kWebhook, "msg_1"}}});
  for (int i = 0; i < 70; ++i) ApplyNoted(*repository_, {fetched});
  EXPECT_THAT(Story(*repository_, "user_a"), ElementsAre("just_in_time::1:applied", "webhook:msg_1:0:applied"));
}

TEST_P(UserRepositoryContract, ExplainsTheLastFiftyChanges) {
  for (int i = 0; i < 80; ++i) {
    ApplyNoted(*repository_, {{StateEvent(SparseUser("user_a", 1000 + i)), {ChangeSource::kWebhook, std::to_string(i)}}});
  }
  const auto story = Story(*repository_, "user_a");
  ASSERT_THAT(story, SizeIs(50));
  EXPECT_EQ(story.front(), "webhook:79:1079:applied");
  EXPECT_EQ(story.back(), "webhook:30:1030:applied");
}

TEST_P(UserRepositoryContract, KnowsNothingOfAUserWhomNoChangeConcerned) {
  const auto explanation = repository_->Explain("user_a", DeadlineAfter(kPatience)).value();
  EXPECT_FALSE(explanation.version || explanation.deleted_at);
  EXPECT_THAT(explanation.changes, IsEmpty());
}

TEST_P(UserRepositoryContract, CountsTheLiving) {
  for (const char* id : {"user_a", "user_b"}) Apply(StateEvent(SparseUser(id, 1)));
  Apply(DeletionEvent("user_b"));
  Apply(DeletionEvent("user_c"));
  EXPECT_EQ(repository_->Count(DeadlineAfter(kPatience)), 1);
}

}  // namespace
}  // namespace inkwell::users
