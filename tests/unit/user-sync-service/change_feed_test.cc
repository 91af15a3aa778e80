#include "user-sync-service/change_feed.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>

#include "tests/unit/user-sync-service/gated_user_repository.h"
#include "tests/unit/user-sync-service/recording_sink.h"
#include "tests/unit/user-sync-service/sample_users.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr milliseconds kShortly{50};
constexpr std::chrono::hours kNever{1};

class ChangeFeedTest : public ::testing::Test {
 protected:
  void Store(const UserEvent& event) {
    const UserEvent* const ref = &event;
    ASSERT_TRUE(repository_.inner().Apply({&ref, 1}, {}, {}).has_value());
  }
  void StoreUser(const std::string& id, std::int64_t version = 1) { Store(StateEvent(SparseUser(id, version))); }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  GatedUserRepository repository_;
  // Nothing by polling, unless the test says so.
  ChangeFeed::Options options_{.poll = kNever, .held_back_poll = kNever, .pace = milliseconds(0)};
};

// The sink dies before the feed; each test ends its stream first.
class OpenStream final {
 public:
  explicit OpenStream(ChangeFeed& feed) : feed_(feed), sink_(feed) {}
  ~OpenStream() {
    feed_.Shutdown();
    while (sink_.Next(milliseconds(0))) {
    }
    sink_.WaitForEnd();
  }
  RecordingSink* operator->() { return &sink_; }

 private:
  ChangeFeed& feed_;
  RecordingSink sink_;
};

TEST_F(ChangeFeedTest, ReplaysEverythingPageByPageTombstonesIncluded) {
  for (const char* id : {"user_c", "user_a", "user_b"}) StoreUser(id);
  Store(DeletionEvent("user_a"));
  options_.page_size = 2;
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  stream->Open();
  const auto first = stream->Next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->users.size(), 2U);
  EXPECT_FALSE(first->caught_up);
  const auto second = stream->Next();
  ASSERT_TRUE(second.has_value());
  ASSERT_EQ(second->users.size(), 1U);
  EXPECT_EQ(second->users[0].user.id, "user_a");
  EXPECT_TRUE(second->users[0].deleted_at.has_value());
  EXPECT_TRUE(second->caught_up);
}

TEST_F(ChangeFeedTest, SaysThatThereIsNothing) {
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  stream->Open();
  const auto batch = stream->Next();
  ASSERT_TRUE(batch.has_value());
  EXPECT_THAT(batch->users, IsEmpty());
  EXPECT_TRUE(batch->caught_up);
  EXPECT_TRUE(DecodeCursor(batch->cursor).has_value());
  EXPECT_FALSE(stream->Next(kShortly).has_value());
}

TEST_F(ChangeFeedTest, FollowsWhenWoken) {
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  stream->Open();
  EXPECT_THAT(stream->NextUntilCaughtUp(), IsEmpty());
  StoreUser("user_a");
  feed.Wake();
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_a"));
}

TEST_F(ChangeFeedTest, FollowsByPollingWhenNobodyWakesIt) {
  options_.poll = milliseconds(10);
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  stream->Open();
  EXPECT_THAT(stream->NextUntilCaughtUp(), IsEmpty());
  StoreUser("user_a");
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_a"));
}

// The change may be younger than the snapshot of the look that was under way.
TEST_F(ChangeFeedTest, LooksAgainWhenWokenDuringALook) {
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  repository_.Close();
  stream->Open();
  ASSERT_TRUE(repository_.WaitForCallers(1));
  StoreUser("user_a");
  feed.Wake();
  repository_.Open();
  EXPECT_THAT(stream->NextUntilCaughtUp(), IsEmpty());
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_a"));
}

TEST_F(ChangeFeedTest, AWakeUpDuringALookDoesNotDelayTheNextPage) {
  for (const char* id : {"user_a", "user_b"}) StoreUser(id);
  options_.page_size = 1;
  options_.pace = kNever;
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  repository_.Close();
  stream->Open();
  ASSERT_TRUE(repository_.WaitForCallers(1));
  feed.Wake();
  repository_.Open();
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_a", "user_b"));
}

TEST_F(ChangeFeedTest, GoesOnAfterACursor) {
  for (const char* id : {"user_a", "user_b"}) StoreUser(id);
  std::string cursor;
  ChangeFeed feed(repository_, metrics_, options_);
  {
    RecordingSink sink(feed);
    sink.Open();
    sink.NextUntilCaughtUp();
    cursor = sink.last_cursor();
    sink.Cancel();
    ASSERT_TRUE(sink.WaitForEnd().has_value());
  }
  StoreUser("user_c");
  StoreUser("user_a", 2);
  OpenStream stream(feed);
  stream->OpenAt(cursor);
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_c", "user_a"));
}

TEST_F(ChangeFeedTest, DeliversSoonWhatAnOlderTransactionHeldBack) {
  StoreUser("user_a");
  StoreUser("user_b");
  repository_.inner().HoldBackFrom(2);
  options_.held_back_poll = milliseconds(10);
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  stream->Open();
  const auto before = stream->Next();
  ASSERT_TRUE(before.has_value());
  ASSERT_EQ(before->users.size(), 1U);
  EXPECT_FALSE(before->caught_up);
  EXPECT_FALSE(stream->Next(kShortly).has_value());
  repository_.inner().HoldBackFrom(0);
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_b"));
}

TEST_F(ChangeFeedTest, SendsNothingMoreUntilTheConsumerHasTakenWhatWasSent) {
  for (const char* id : {"user_a", "user_b", "user_c"}) StoreUser(id);
  options_.page_size = 1;
  options_.poll = milliseconds(1);
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink slow(feed);
  RecordingSink quick(feed);
  slow.Open();
  ASSERT_TRUE(slow.WaitForBatch());
  quick.Open();
  EXPECT_THAT(quick.NextUntilCaughtUp().size(), 3U);
  EXPECT_FALSE(slow.overrun());
  EXPECT_THAT(slow.NextUntilCaughtUp(), ElementsAre("user_a", "user_b", "user_c"));
  feed.Shutdown();
  EXPECT_TRUE(slow.WaitForEnd().has_value());
  EXPECT_TRUE(quick.WaitForEnd().has_value());
}

TEST_F(ChangeFeedTest, CutsAPageThatWouldBeTooLargeToSend) {
  for (const char* id : {"user_a", "user_b", "user_c"}) Store(StateEvent(NamedUser(id, 1, std::string(1000, 'x'))));
  options_.max_page_bytes = 2500;
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  stream->Open();
  const auto first = stream->Next();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->users.size(), 2U);
  EXPECT_FALSE(first->caught_up);
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_c"));
}

TEST_F(ChangeFeedTest, RefusesACursorOfAnotherDatabase) {
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  sink.Open(ChangeCursor{"2-00000001-1", {}});
  const auto end = sink.WaitForEnd();
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->code, Code::kFailedPrecondition);
  EXPECT_EQ(end->reason, "CURSOR_INVALID");
}

TEST_F(ChangeFeedTest, RefusesACursorAheadOfTheDatabase) {
  StoreUser("user_a");
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  sink.Open(ChangeCursor{"1-00000001-1", {2, "user_a"}});
  EXPECT_EQ(sink.WaitForEnd().value().reason, "CURSOR_INVALID");
}

TEST_F(ChangeFeedTest, EndsAStreamWhoseDatabaseWasReplaced) {
  options_.poll = milliseconds(1);
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  sink.Open();
  EXPECT_THAT(sink.NextUntilCaughtUp(), IsEmpty());
  repository_.inner().BecomeDatabase("1-00000002-1");
  EXPECT_EQ(sink.WaitForEnd().value().reason, "CURSOR_INVALID");
}

TEST_F(ChangeFeedTest, RefusesACursorWhoseChangeARestoreHasUndone) {
  for (const char* id : {"user_a", "user_b"}) StoreUser(id);
  repository_.inner().Dump();
  StoreUser("user_a", 2);
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  repository_.inner().Restore();
  sink.Open(ChangeCursor{"1-00000001-1", {3, "user_a"}});  // transactions: two before the dump, one after it
  EXPECT_EQ(sink.WaitForEnd().value().reason, "CURSOR_INVALID");
}

TEST_F(ChangeFeedTest, RefusesACursorWhoseUserARestoreHasTakenAway) {
  StoreUser("user_a");
  repository_.inner().Dump();
  StoreUser("user_b");
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  repository_.inner().Restore();
  sink.Open(ChangeCursor{"1-00000001-1", {2, "user_b"}});
  EXPECT_EQ(sink.WaitForEnd().value().reason, "CURSOR_INVALID");
}

TEST_F(ChangeFeedTest, EndsAStreamWhoseLastChangeARestoreHasUndone) {
  options_.poll = milliseconds(1);
  repository_.inner().Dump();
  StoreUser("user_a");
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  sink.Open();
  EXPECT_THAT(sink.NextUntilCaughtUp(), ElementsAre("user_a"));
  repository_.inner().Restore();
  EXPECT_EQ(sink.WaitForEnd().value().reason, "CURSOR_INVALID");
}

TEST_F(ChangeFeedTest, GoesOnFromACursorThatADumpHasReached) {
  StoreUser("user_a");
  repository_.inner().Dump();
  StoreUser("user_b");
  repository_.inner().Restore();
  StoreUser("user_c");
  ChangeFeed feed(repository_, metrics_, options_);
  OpenStream stream(feed);
  stream->OpenAt(EncodeCursor({"1-00000001-1", {1, "user_a"}}));
  EXPECT_THAT(stream->NextUntilCaughtUp(), ElementsAre("user_c"));
}

TEST_F(ChangeFeedTest, EndsWithTheRepositorysError) {
  repository_.inner().FailWith(runtime::Error{Code::kUnavailable, "DATABASE_UNAVAILABLE", "Away.", {}});
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  sink.Open();
  EXPECT_EQ(sink.WaitForEnd().value().reason, "DATABASE_UNAVAILABLE");
}

TEST_F(ChangeFeedTest, EndsAtOnceWhenTheConsumerLeaves) {
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink sink(feed);
  sink.Open();
  EXPECT_THAT(sink.NextUntilCaughtUp(), IsEmpty());
  sink.Cancel();
  EXPECT_EQ(sink.WaitForEnd().value().code, Code::kCancelled);
}

TEST_F(ChangeFeedTest, EndsAllOnShutdownAndTakesNoNewStream) {
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink before(feed);
  RecordingSink after(feed);
  before.Open();
  EXPECT_THAT(before.NextUntilCaughtUp(), IsEmpty());
  feed.Shutdown();
  after.Open();
  EXPECT_EQ(before.WaitForEnd().value().code, Code::kUnavailable);
  EXPECT_EQ(after.WaitForEnd().value().code, Code::kUnavailable);
}

TEST_F(ChangeFeedTest, RefusesMoreStreamsThanItMayHave) {
  options_.max_sinks = 1;
  ChangeFeed feed(repository_, metrics_, options_);
  RecordingSink second(feed);
  OpenStream first(feed);
  first->Open();
  second.Open();
  EXPECT_EQ(second.WaitForEnd().value().reason, "OVERLOADED");
}

}  // namespace
}  // namespace inkwell::users
