#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/repository_contract.h"
#include "tests/unit/posts-service/repository_contract_samples.h"

// What concerns authors: who they are, and what becomes of their posts.
namespace inkwell::posts {

using ::testing::IsEmpty;

TEST_P(RepositoryContract, ABannedAuthorReadsAndWritesNothing) {
  Follow("user_a");
  const Post post = Write("user_a", 0, "post");
  Follow("user_a", true);
  const PostKey key{"user_a", post.id};
  EXPECT_TRUE(posts_.Get(One(key), Soon())->front().has_value());
  const PostChange change{key, "x", false, {}, {}, {}, kStart};
  EXPECT_EQ(posts_.Update(One(change), Soon())->front().kind, ChangeOutcome::Kind::kBannedAuthor);
  const PostRemoval removal{key, {}};
  EXPECT_EQ(posts_.Delete(One(removal), Soon())->front().kind, ChangeOutcome::Kind::kBannedAuthor);
}

TEST_P(RepositoryContract, ADeletedUsersPostsAndKeysAreGone) {
  Follow("user_a");
  const Post post = Write("user_a", 0, "post");
  Follow("user_a", false, true);
  const PostKey key{"user_a", post.id};
  EXPECT_EQ(posts_.Get(One(key), Soon())->front(), std::nullopt);
  const NewPost wanted = Wanted("user_a", kStart, "again");
  EXPECT_EQ(posts_.Create(One(wanted), Soon())->front().kind, CreateOutcome::Kind::kUnknownAuthor);
}

TEST_P(RepositoryContract, TheLastStateOfAUserInAResponseCounts) {
  const auto state = authors_.ReadFollowState(Soon());
  const UserChanges changes{{{"user_a", false, false, kStart}, {"user_a", true, false, kStart}}, "c", true};
  ASSERT_THAT(authors_.ApplyChanges(*state, changes, Soon()), testing::IsOk());
  const NewPost wanted = Wanted("user_a", kStart, "post");
  EXPECT_EQ(posts_.Create(One(wanted), Soon())->front().kind, CreateOutcome::Kind::kUnknownAuthor);
}

TEST_P(RepositoryContract, ConfirmsOnlyTheLifeThatWasAskedFor) {
  const std::string author_id = "user_new";
  const auto first = authors_.AddUnconfirmed(One(author_id), Soon());
  ASSERT_THAT(first, testing::IsOk());
  Follow(author_id, false, true);  // deleted while the answer was on its way
  const auto second = authors_.AddUnconfirmed(One(author_id), Soon());
  ASSERT_THAT(second, testing::IsOk());
  EXPECT_NE(first->front().incarnation, second->front().incarnation);

  const Confirmation late{author_id, first->front().incarnation, false};
  EXPECT_FALSE(authors_.Confirm(One(late), Soon())->front());
  EXPECT_THAT(authors_.RemoveUnconfirmed(One(first->front()), Soon()), testing::IsOk());
  const Confirmation fresh{author_id, second->front().incarnation, false};
  EXPECT_TRUE(authors_.Confirm(One(fresh), Soon())->front());
}

TEST_P(RepositoryContract, AnAnswerDoesNotOverwriteWhatTheStreamSaid) {
  const std::string author_id = "user_new";
  const auto row = authors_.AddUnconfirmed(One(author_id), Soon());
  Follow(author_id, true);
  const Confirmation older{author_id, row->front().incarnation, false};
  EXPECT_TRUE(authors_.Confirm(One(older), Soon())->front());
  const NewPost wanted = Wanted(author_id, kStart, "post");
  EXPECT_EQ(posts_.Create(One(wanted), Soon())->front().kind, CreateOutcome::Kind::kBannedAuthor);
}

TEST_P(RepositoryContract, RemovesNoConfirmedAuthorAsUnconfirmed) {
  const std::string author_id = "user_new";
  const auto row = authors_.AddUnconfirmed(One(author_id), Soon());
  Follow(author_id);
  EXPECT_THAT(authors_.RemoveUnconfirmed(One(row->front()), Soon()), testing::IsOk());
  const auto again = authors_.AddUnconfirmed(One(author_id), Soon());
  EXPECT_TRUE(again->front().confirmed);
  EXPECT_EQ(again->front().incarnation, row->front().incarnation);
}

TEST_P(RepositoryContract, FindsWhatIsUnconfirmed) {
  const std::vector<std::string> ids{"user_b", "user_a"};
  ASSERT_THAT(authors_.AddUnconfirmed(ids, Soon()), testing::IsOk());
  Follow("user_c");
  const auto all = authors_.FindUnconfirmed(std::chrono::seconds(0), "", 10, Soon());
  ASSERT_THAT(all, testing::IsOk());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->front().author_id, "user_a");
  EXPECT_EQ(authors_.FindUnconfirmed(std::chrono::seconds(0), "user_a", 10, Soon())->size(), 1u);
}

TEST_P(RepositoryContract, CountsAuthors) {
  EXPECT_EQ(*authors_.CountAuthors(Soon()), 0);
  Follow("user_a");
  Follow("user_b");
  Follow("user_a", false, true);
  EXPECT_EQ(*authors_.CountAuthors(Soon()), 1);
}

TEST_P(RepositoryContract, OnlyTheOneThatIsFurthestMovesTheCursor) {
  Follow("user_a");
  const auto state = authors_.ReadFollowState(Soon());
  Follow("user_b");
  const auto late = authors_.ApplyChanges(*state, {{{"user_b", false, true, kStart}}, "late", true}, Soon());
  ASSERT_THAT(late, testing::IsOk());
  EXPECT_FALSE(*late);
  const NewPost wanted = Wanted("user_b", kStart, "not banned");
  EXPECT_EQ(posts_.Create(One(wanted), Soon())->front().kind, CreateOutcome::Kind::kCreated);
  EXPECT_EQ(authors_.ReadFollowState(Soon())->cursor, "cursor2");
}

TEST_P(RepositoryContract, AResyncFindsWhoWasNotSeenAndRemovesNobodySeenMeanwhile) {
  Follow("user_a");
  Follow("user_b");
  const auto before = authors_.ReadFollowState(Soon());
  ASSERT_TRUE(*authors_.BeginResync(*before, Soon()));
  EXPECT_FALSE(*authors_.BeginResync(*before, Soon()));
  const auto state = authors_.ReadFollowState(Soon());
  EXPECT_EQ(state->cursor, "");
  EXPECT_FALSE(state->settled);
  Follow("user_a");

  const auto unseen = authors_.FindUnseen(state->resync, "", 10, Soon());
  ASSERT_THAT(unseen, testing::IsOk());
  ASSERT_EQ(unseen->size(), 1u);
  EXPECT_EQ(unseen->front().author_id, "user_b");
  Follow("user_b");
  EXPECT_THAT(authors_.RemoveUnseen(unseen->front(), state->resync, Soon()), testing::IsOk());
  const NewPost wanted = Wanted("user_b", kStart, "still there");
  EXPECT_EQ(posts_.Create(One(wanted), Soon())->front().kind, CreateOutcome::Kind::kCreated);
  ASSERT_THAT(authors_.FinishResync(state->resync, Soon()), testing::IsOk());
  EXPECT_TRUE(authors_.ReadFollowState(Soon())->settled);
}

TEST_P(RepositoryContract, RemovesAnAuthorNotSeenWithAllPosts) {
  Follow("user_a");
  const Post post = Write("user_a", 0, "post");
  ASSERT_TRUE(*authors_.BeginResync(*authors_.ReadFollowState(Soon()), Soon()));
  const auto state = authors_.ReadFollowState(Soon());
  const auto unseen = authors_.FindUnseen(state->resync, "", 10, Soon());
  ASSERT_EQ(unseen->size(), 1u);
  EXPECT_THAT(authors_.RemoveUnseen(unseen->front(), state->resync, Soon()), testing::IsOk());
  const PostKey key{"user_a", post.id};
  EXPECT_EQ(posts_.Get(One(key), Soon())->front(), std::nullopt);
  EXPECT_THAT(*authors_.FindUnseen(state->resync, "", 10, Soon()), IsEmpty());
}

}  // namespace inkwell::posts
