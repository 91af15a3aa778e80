#include "tests/unit/posts-service/repository_contract.h"

#include <gmock/gmock.h>

#include <future>
#include <set>
#include <span>
#include <thread>

#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/repository_contract_samples.h"

namespace inkwell::posts {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

namespace {

NewPost WantedWithKey(const std::string& author_id, Timestamp now, const std::string& title, const std::string& key) {
  NewPost wanted = Wanted(author_id, now, title);
  wanted.idempotency = IdempotencyKey{key, "hash of " + title};
  return wanted;
}

std::vector<std::string> Titles(const std::vector<Post>& posts) {
  std::vector<std::string> titles;
  for (const Post& post : posts) titles.push_back(post.title);
  return titles;
}

}  // namespace

RepositoryContract::RepositoryContract() : store_(GetParam()()), posts_(store_->posts()), authors_(store_->authors()) {}

void RepositoryContract::Follow(const std::string& author_id, bool banned, bool deleted) {
  const auto state = authors_.ReadFollowState(Soon());
  ASSERT_THAT(state, testing::IsOk());
  const auto applied =
      authors_.ApplyChanges(*state, {{{author_id, deleted, banned, kStart}}, "cursor" + std::to_string(++cursor_), true}, Soon());
  ASSERT_THAT(applied, testing::IsOk());
  ASSERT_TRUE(*applied);
}

Post RepositoryContract::Write(const std::string& author_id, int minute, const std::string& title) {
  const NewPost wanted = Wanted(author_id, kStart + minutes(minute), title);
  const auto outcomes = posts_.Create(One(wanted), Soon());
  EXPECT_TRUE(outcomes && outcomes->front().kind == CreateOutcome::Kind::kCreated);
  return wanted.post;
}

TEST_P(RepositoryContract, KeepsAPostExactlyAsWritten) {
  Follow("user_a");
  NewPost wanted = Wanted("user_a", kStart, "Quotes \" and \\ and {braces}, NULL, and 'more' :x $1 ÄÖ 漢字 😀\n");
  wanted.post.content = "";
  wanted.post.published = true;
  const auto created = posts_.Create(One(wanted), Soon());
  ASSERT_THAT(created, testing::IsOk());
  EXPECT_EQ(created->front().kind, CreateOutcome::Kind::kCreated);

  const PostKey key{"user_a", wanted.post.id};
  const auto found = posts_.Get(One(key), Soon());
  ASSERT_THAT(found, testing::IsOk());
  ASSERT_TRUE(found->front().has_value());
  EXPECT_EQ(found->front()->title, wanted.post.title);
  EXPECT_EQ(found->front()->content, "");
  EXPECT_TRUE(found->front()->published);
  EXPECT_EQ(found->front()->update_time, wanted.post.id.time());
  EXPECT_EQ(found->front()->id, wanted.post.id);
}

TEST_P(RepositoryContract, TellsAbsentContentFromEmptyContent) {
  Follow("user_a");
  NewPost wanted = Wanted("user_a", kStart, "no content");
  wanted.post.content = std::nullopt;
  ASSERT_THAT(posts_.Create(One(wanted), Soon()), testing::IsOk());
  const PostKey key{"user_a", wanted.post.id};
  const auto found = posts_.Get(One(key), Soon());
  ASSERT_TRUE(found && found->front());
  EXPECT_EQ(found->front()->content, std::nullopt);
}

TEST_P(RepositoryContract, AnswersEachCreationOfABatchForItself) {
  Follow("user_a");
  Follow("user_b", true);
  const Post taken = Write("user_a", 0, "taken");
  NewPost again = Wanted("user_a", kStart, "other");
  again.post.id = taken.id;
  const std::vector<NewPost> batch{Wanted("user_a", kStart + minutes(1), "new"), again, Wanted("user_b", kStart, "banned"),
                                   Wanted("user_c", kStart, "unknown")};
  const auto outcomes = posts_.Create(batch, Soon());
  ASSERT_THAT(outcomes, testing::IsOk());
  EXPECT_EQ(outcomes->at(0).kind, CreateOutcome::Kind::kCreated);
  EXPECT_EQ(outcomes->at(1).kind, CreateOutcome::Kind::kIdTaken);
  ASSERT_TRUE(outcomes->at(1).existing.has_value());
  EXPECT_EQ(outcomes->at(1).existing->title, "taken");
  EXPECT_EQ(outcomes->at(2).kind, CreateOutcome::Kind::kBannedAuthor);
  EXPECT_EQ(outcomes->at(3).kind, CreateOutcome::Kind::kUnknownAuthor);
}

TEST_P(RepositoryContract, LetsNobodyWriteForAnUnconfirmedAuthor) {
  const std::string author_id = "user_new";
  ASSERT_THAT(authors_.AddUnconfirmed(One(author_id), Soon()), testing::IsOk());
  const NewPost wanted = Wanted(author_id, kStart, "too early");
  const auto outcomes = posts_.Create(One(wanted), Soon());
  ASSERT_THAT(outcomes, testing::IsOk());
  EXPECT_EQ(outcomes->front().kind, CreateOutcome::Kind::kUnknownAuthor);
}

TEST_P(RepositoryContract, OneKeyMakesOnePost) {
  Follow("user_a");
  const NewPost first = WantedWithKey("user_a", kStart, "first", "key");
  const NewPost repeated = WantedWithKey("user_a", kStart + minutes(1), "first", "key");
  ASSERT_EQ(posts_.CreateWithKeys(One(first), Soon())->front().kind, CreateOutcome::Kind::kCreated);
  const auto outcomes = posts_.CreateWithKeys(One(repeated), Soon());
  ASSERT_THAT(outcomes, testing::IsOk());
  EXPECT_EQ(outcomes->front().kind, CreateOutcome::Kind::kKeyTaken);
  EXPECT_EQ(outcomes->front().request_hash, "hash of first");
  ASSERT_TRUE(outcomes->front().existing.has_value());
  EXPECT_EQ(outcomes->front().existing->id, first.post.id);
  const PostQuery all{"user_a", PostId::Last(), 10, ""};
  EXPECT_THAT(Titles(*posts_.List(ListKind::kAll, One(all), Soon())->front()), ElementsAre("first"));
}

TEST_P(RepositoryContract, AKeyOutlivesItsPost) {
  Follow("user_a");
  const NewPost first = WantedWithKey("user_a", kStart, "first", "key");
  ASSERT_EQ(posts_.CreateWithKeys(One(first), Soon())->front().kind, CreateOutcome::Kind::kCreated);
  const PostRemoval removal{{"user_a", first.post.id}, std::nullopt};
  ASSERT_EQ(posts_.Delete(One(removal), Soon())->front().kind, ChangeOutcome::Kind::kDone);
  const auto outcomes = posts_.CreateWithKeys(One(first), Soon());
  ASSERT_THAT(outcomes, testing::IsOk());
  EXPECT_EQ(outcomes->front().kind, CreateOutcome::Kind::kKeyTaken);
  EXPECT_FALSE(outcomes->front().existing.has_value());
}

TEST_P(RepositoryContract, AKeyIsFreeAfter24Hours) {
  Follow("user_a");
  const NewPost first = WantedWithKey("user_a", kStart, "first", "key");
  const NewPost later = WantedWithKey("user_a", kStart + hours(24) + minutes(1), "later", "key");
  ASSERT_EQ(posts_.CreateWithKeys(One(first), Soon())->front().kind, CreateOutcome::Kind::kCreated);
  EXPECT_EQ(posts_.CreateWithKeys(One(later), Soon())->front().kind, CreateOutcome::Kind::kCreated);
}

TEST_P(RepositoryContract, NoKeyIsKeptForAPostThatItDidNotMake) {
  Follow("user_a");
  const Post taken = Write("user_a", 0, "taken");
  NewPost wanted = WantedWithKey("user_a", kStart, "other", "key");
  wanted.post.id = taken.id;
  ASSERT_EQ(posts_.CreateWithKeys(One(wanted), Soon())->front().kind, CreateOutcome::Kind::kIdTaken);
  const NewPost fresh = WantedWithKey("user_a", kStart + minutes(1), "fresh", "key");
  EXPECT_EQ(posts_.CreateWithKeys(One(fresh), Soon())->front().kind, CreateOutcome::Kind::kCreated);
}

TEST_P(RepositoryContract, ForgetsOnlyOldKeysAndNoMoreThanAsked) {
  Follow("user_a");
  for (int i = 0; i < 5; ++i) {
    const NewPost wanted = WantedWithKey("user_a", kStart + minutes(i), "post", "key" + std::to_string(i));
    ASSERT_THAT(posts_.CreateWithKeys(One(wanted), Soon()), testing::IsOk());
  }
  EXPECT_EQ(*posts_.ForgetKeys(kStart + minutes(4), 3, Soon()), 3);
  EXPECT_EQ(*posts_.ForgetKeys(kStart + minutes(4), 3, Soon()), 1);
  EXPECT_EQ(*posts_.ForgetKeys(kStart + minutes(4), 3, Soon()), 0);
}

TEST_P(RepositoryContract, ListsNewestFirstAndPagesWithoutLossOrRepetition) {
  Follow("user_a");
  Follow("user_b");
  std::vector<std::string> expected;
  for (int i = 0; i < 10; ++i) {
    Write("user_a", i, "post " + std::to_string(i));
    Write("user_b", i, "not mine");
    expected.insert(expected.begin(), "post " + std::to_string(i));
  }
  std::vector<std::string> seen;
  PostQuery query{"user_a", PostId::Last(), 3, ""};
  while (true) {
    const auto page = posts_.List(ListKind::kAll, One(query), Soon());
    ASSERT_THAT(page, testing::IsOk());
    if (page->front()->empty()) break;
    for (const Post& post : *page->front()) seen.push_back(post.title);
    query.before = page->front()->back().id;
  }
  EXPECT_EQ(seen, expected);
}

TEST_P(RepositoryContract, AnswersEachListOfABatchForItself) {
  Follow("user_a");
  Follow("user_b");
  Write("user_a", 0, "a0");
  Write("user_a", 1, "a1");
  Write("user_b", 0, "b0");
  const std::vector<PostQuery> queries{{"user_b", PostId::Last(), 5, ""},
                                       {"user_nobody", PostId::Last(), 5, ""},
                                       {"user_a", PostId::Last(), 5, ""},
                                       {"user_a", PostId::Last(), 1, ""}};
  const auto found = posts_.List(ListKind::kAll, queries, Soon());
  ASSERT_THAT(found, testing::IsOk());
  EXPECT_THAT(Titles(*found->at(0)), ElementsAre("b0"));
  EXPECT_THAT(Titles(*found->at(1)), IsEmpty());
  EXPECT_THAT(Titles(*found->at(2)), ElementsAre("a1", "a0"));
  EXPECT_THAT(Titles(*found->at(3)), ElementsAre("a1"));
}

TEST_P(RepositoryContract, FindsTextInTitleOrContentWhateverTheCase) {
  Follow("user_a");
  Follow("user_b");
  Write("user_a", 0, "An APPLE");
  Write("user_a", 1, "a pear");
  Write("user_a", 2, "100% sure_");
  Write("user_b", 3, "apple of another");
  const auto search = [&](const std::string& text) {
    return Titles(*posts_.Search({"user_a", PostId::Last(), 10, text}, Soon()));
  };
  EXPECT_THAT(search("apple"), ElementsAre("An APPLE"));
  EXPECT_THAT(search("CONTENT OF A PEAR"), ElementsAre("a pear"));
  EXPECT_THAT(search("%"), ElementsAre("100% sure_"));
  EXPECT_THAT(search("e_"), ElementsAre("100% sure_"));
  EXPECT_THAT(search("\\"), IsEmpty());
}

TEST_P(RepositoryContract, NobodyReachesAnothersPost) {
  Follow("user_a");
  Follow("user_b");
  const Post post = Write("user_a", 0, "mine");
  const PostKey key{"user_b", post.id};
  EXPECT_EQ(posts_.Get(One(key), Soon())->front(), std::nullopt);
  const PostChange change{key, "stolen", false, {}, {}, {}, kStart};
  EXPECT_EQ(posts_.Update(One(change), Soon())->front().kind, ChangeOutcome::Kind::kNotFound);
  const PostRemoval removal{key, {}};
  EXPECT_EQ(posts_.Delete(One(removal), Soon())->front().kind, ChangeOutcome::Kind::kNotFound);
}

TEST_P(RepositoryContract, ChangesOnlyWhatIsNamed) {
  Follow("user_a");
  const Post post = Write("user_a", 0, "before");
  const PostChange change{{"user_a", post.id}, std::nullopt, false, std::nullopt, true, std::nullopt, kStart + minutes(1)};
  const auto outcomes = posts_.Update(One(change), Soon());
  ASSERT_THAT(outcomes, testing::IsOk());
  ASSERT_EQ(outcomes->front().kind, ChangeOutcome::Kind::kDone);
  EXPECT_EQ(outcomes->front().post->title, "before");
  EXPECT_EQ(outcomes->front().post->content, "content of before");
  EXPECT_TRUE(outcomes->front().post->published);
  EXPECT_EQ(outcomes->front().post->update_time, kStart + minutes(1));
  const PostChange clear{{"user_a", post.id}, "after", true, std::nullopt, std::nullopt, std::nullopt, kStart + minutes(2)};
  const auto cleared = posts_.Update(One(clear), Soon());
  ASSERT_EQ(cleared->front().kind, ChangeOutcome::Kind::kDone);
  EXPECT_EQ(cleared->front().post->content, std::nullopt);
  EXPECT_EQ(cleared->front().post->title, "after");
}

TEST_P(RepositoryContract, EachChangeMakesTheVersionLaterAlsoIfTheClockGoesBack) {
  Follow("user_a");
  const Post post = Write("user_a", 0, "post");
  const PostChange change{{"user_a", post.id}, "x", false, {}, {}, {}, kStart - hours(1)};
  const auto first = posts_.Update(One(change), Soon());
  const auto second = posts_.Update(One(change), Soon());
  ASSERT_TRUE(first && first->front().post && second && second->front().post);
  EXPECT_EQ(first->front().post->update_time, post.update_time + microseconds(1));
  EXPECT_EQ(second->front().post->update_time, post.update_time + microseconds(2));
}

TEST_P(RepositoryContract, ChangesAndRemovesOnlyTheExpectedVersion) {
  Follow("user_a");
  const Post post = Write("user_a", 0, "post");
  const PostKey key{"user_a", post.id};
  const PostChange stale{key, "x", false, {}, {}, post.update_time - microseconds(1), kStart};
  EXPECT_EQ(posts_.Update(One(stale), Soon())->front().kind, ChangeOutcome::Kind::kVersionMismatch);
  const PostChange fresh{key, "x", false, {}, {}, post.update_time, kStart};
  EXPECT_EQ(posts_.Update(One(fresh), Soon())->front().kind, ChangeOutcome::Kind::kDone);
  const PostRemoval stale_removal{key, post.update_time};
  EXPECT_EQ(posts_.Delete(One(stale_removal), Soon())->front().kind, ChangeOutcome::Kind::kVersionMismatch);
  const PostRemoval removal{key, post.update_time + microseconds(1)};
  EXPECT_EQ(posts_.Delete(One(removal), Soon())->front().kind, ChangeOutcome::Kind::kDone);
  EXPECT_EQ(posts_.Delete(One(removal), Soon())->front().kind, ChangeOutcome::Kind::kNotFound);
}

TEST_P(RepositoryContract, ConcurrentCreationsWithOneKeyMakeOnePost) {
  Follow("user_a");
  std::vector<std::future<PostId>> made;
  for (int i = 0; i < 8; ++i) {
    made.push_back(std::async(std::launch::async, [this, i] {
      const NewPost wanted = WantedWithKey("user_a", kStart + minutes(i), "same", "key");
      const auto outcomes = posts_.CreateWithKeys(One(wanted), Soon());
      if (!outcomes) return PostId{};
      const CreateOutcome& outcome = outcomes->front();
      return outcome.kind == CreateOutcome::Kind::kCreated ? wanted.post.id : outcome.existing ? outcome.existing->id : PostId{};
    }));
  }
  std::set<PostId> ids;
  for (auto& id : made) ids.insert(id.get());
  EXPECT_EQ(ids.size(), 1u);
  EXPECT_NE(*ids.begin(), PostId{});
}

TEST_P(RepositoryContract, ListsOnlyPublishedPostsNewestFirst) {
  Follow("user_a");
  Follow("user_b");
  std::vector<Post> written;
  for (int minute = 0; minute < 6; ++minute) {
    NewPost wanted = Wanted("user_a", kStart + minutes(minute), "post " + std::to_string(minute));
    wanted.post.published = minute % 2 == 0;
    ASSERT_THAT(posts_.Create(One(wanted), Soon()), testing::IsOk());
    written.push_back(wanted.post);
  }
  const std::vector<PostQuery> queries{{"user_a", PostId::Last(), 10, std::string(kPublishedQuery)},
                                       {"user_b", PostId::Last(), 10, std::string(kPublishedQuery)},
                                       {"user_a", written[4].id, 1, std::string(kPublishedQuery)}};
  const auto lists = posts_.List(ListKind::kPublished, queries, Soon());
  ASSERT_THAT(lists, testing::IsOk());
  EXPECT_THAT(Titles(*lists->at(0)), ElementsAre("post 4", "post 2", "post 0"));
  EXPECT_THAT(*lists->at(1), IsEmpty());
  EXPECT_THAT(Titles(*lists->at(2)), ElementsAre("post 2"));
}

TEST_P(RepositoryContract, AListTooHeavyToBeReadWithTheOthersIsLeftToBeReadAlone) {
  Follow("user_a");
  Follow("user_b");
  const std::vector<PostQuery> queries{{"user_a", PostId::Last(), 3, ""}, {"user_b", PostId::Last(), 100'000, ""}};
  const auto share = static_cast<std::size_t>(ShareOfPost(queries));
  NewPost wanted = Wanted("user_a", kStart, "fits");
  wanted.post.published = true;
  wanted.post.content = std::string(share, 'x');
  ASSERT_THAT(posts_.Create(One(wanted), Soon()), testing::IsOk());
  Write("user_b", 0, "light");
  EXPECT_THAT(Titles(posts_.List(ListKind::kAll, queries, Soon())->at(0).value()), ElementsAre("fits"));
  wanted = Wanted("user_a", kStart + minutes(1), "heavy");
  wanted.post.published = true;
  wanted.post.content = std::string(share + 1, 'x');
  ASSERT_THAT(posts_.Create(One(wanted), Soon()), testing::IsOk());
  for (const ListKind kind : {ListKind::kAll, ListKind::kPublished}) {
    const auto together = posts_.List(kind, queries, Soon());
    ASSERT_THAT(together, testing::IsOk());
    EXPECT_FALSE(together->at(0).has_value());
    EXPECT_EQ(together->at(1).value().size(), kind == ListKind::kAll ? 1U : 0U);
    EXPECT_THAT(Titles(*posts_.ListAlone(kind, queries[0], Soon())), ElementsAre("heavy", "fits"));
  }
}

TEST_P(RepositoryContract, AListOrSearchEndsWithTheFirstPostThatDoesNotFit) {
  Follow("user_a");
  for (int minute = 0; minute < 4; ++minute) {
    NewPost wanted = Wanted("user_a", kStart + minutes(minute), "post " + std::to_string(minute));
    wanted.post.published = minute != 2;
    wanted.post.content = std::string(1000, 'x');
    ASSERT_THAT(posts_.Create(One(wanted), Soon()), testing::IsOk());
  }
  PostQuery query{"user_a", PostId::Last(), 10, ""};
  const auto counts = [&](std::int64_t max_bytes) {
    query.max_bytes = max_bytes;
    query.query = "";
    const std::size_t all = posts_.ListAlone(ListKind::kAll, query, Soon())->size();
    const std::size_t published = posts_.ListAlone(ListKind::kPublished, query, Soon())->size();
    query.query = "POST";
    return std::vector<std::size_t>{all, published, posts_.Search(query, Soon())->size()};
  };
  EXPECT_THAT(counts(1), ElementsAre(1, 1, 1));
  EXPECT_THAT(counts(1005), ElementsAre(1, 1, 1));
  EXPECT_THAT(counts(1006), ElementsAre(2, 2, 2));
  EXPECT_THAT(counts(2012), ElementsAre(3, 3, 3));
  EXPECT_THAT(counts(100'000), ElementsAre(4, 3, 4));
}

TEST_P(RepositoryContract, AListNamesTheVersionsThatAGetNames) {
  Follow("user_a");
  Post post = Write("user_a", 0, "post");
  for (const int us : {1, 7, 333'333, 999'999}) {
    const PostChange change{{"user_a", post.id}, "x", false, {}, {}, {}, kStart + minutes(us) + microseconds(us)};
    ASSERT_THAT(posts_.Update(One(change), Soon()), testing::IsOk());
    const PostKey key{"user_a", post.id};
    const PostQuery query{"user_a", PostId::Last(), 10, ""};
    EXPECT_EQ(posts_.List(ListKind::kAll, One(query), Soon())->front()->front().update_time,
              posts_.Get(One(key), Soon())->front()->update_time);
  }
}

TEST_P(RepositoryContract, TheNextListHasWhatWasPublishedOrTakenBackMeanwhile) {
  Follow("user_a");
  const Post post = Write("user_a", 0, "draft");
  const PostQuery query{"user_a", PostId::Last(), 10, std::string(kPublishedQuery)};
  EXPECT_THAT(*posts_.List(ListKind::kPublished, One(query), Soon())->front(), IsEmpty());
  PostChange change;
  change.key = {"user_a", post.id};
  change.now = kStart + minutes(1);
  for (const bool published : {true, false}) {
    change.published = published;
    ASSERT_THAT(posts_.Update(One(change), Soon()), testing::IsOk());
    EXPECT_EQ(posts_.List(ListKind::kPublished, One(query), Soon())->front()->size(), published ? 1U : 0U);
  }
}

TEST_P(RepositoryContract, ScansAllPostsOfAnAuthorOldestFirst) {
  Follow("user_a");
  Follow("user_b");
  for (int minute = 0; minute < 5; ++minute) Write("user_a", minute, "post " + std::to_string(minute));
  Write("user_b", 9, "another's");
  PostScan scan{"user_a", PostId{}, 2, 1'000'000};
  std::vector<std::string> seen;
  for (auto batch = posts_.Scan(scan, Soon()); batch && !batch->empty(); batch = posts_.Scan(scan, Soon())) {
    EXPECT_LE(batch->size(), 2U);
    for (const std::string& title : Titles(*batch)) seen.push_back(title);
    scan.after = batch->back().id;
  }
  EXPECT_THAT(seen, ElementsAre("post 0", "post 1", "post 2", "post 3", "post 4"));
}

TEST_P(RepositoryContract, AScanEndsWhereItsWeightIsReached) {
  Follow("user_a");
  for (int minute = 0; minute < 3; ++minute) {
    NewPost wanted = Wanted("user_a", kStart + minutes(minute), "post " + std::to_string(minute));
    wanted.post.content = std::string(1000, 'x');
    ASSERT_THAT(posts_.Create(One(wanted), Soon()), testing::IsOk());
  }
  const auto sizes = [&](std::int64_t max_bytes) {
    return posts_.Scan(PostScan{"user_a", PostId{}, 10, max_bytes}, Soon())->size();
  };
  EXPECT_EQ(sizes(1), 1U);
  EXPECT_EQ(sizes(1006), 1U);
  EXPECT_EQ(sizes(1007), 2U);
  EXPECT_EQ(sizes(100'000), 3U);
}

}  // namespace inkwell::posts
