#include "posts-service/post_writer.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <future>
#include <latch>
#include <memory>
#include <optional>

#include "tests/support/metric_value.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/fake_store.h"
#include "tests/unit/posts-service/fake_user_directory.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using inkwell::testing::MetricValue;
using runtime::Code;
using runtime::Result;
using ::testing::ElementsAre;

constexpr Timestamp kNow{std::chrono::seconds(1'790'000'000)};

Call MakeCall() {
  return {{}, "test", runtime::DeadlineAfter(std::chrono::seconds(30)), [] { return false; }};
}

NewPost MakePost(const std::string& author_id, const std::string& title = "Title") {
  const PostId id = PostId::Make(kNow);
  return {{author_id, id, title, "Content", false, id.time()}, std::nullopt, kNow};
}

class PostWriterTest : public ::testing::Test {
 protected:
  void Start(PostWriter::Options options = {.workers = 1, .capacity = 100, .max_batch = 64},
             const AuthorAdmission::Options& admission = {}) {
    admission_.emplace(store_, users_, metrics_, admission);
    writer_.emplace(store_, *admission_, metrics_, options);
  }

  std::future<Result<Post>> Create(NewPost post) {
    auto answered = std::make_shared<std::promise<Result<Post>>>();
    writer_->Create(MakeCall(), std::move(post), [answered](Result<Post> result) { answered->set_value(std::move(result)); });
    return answered->get_future();
  }
  std::future<Result<Post>> Update(PostChange change) {
    auto answered = std::make_shared<std::promise<Result<Post>>>();
    writer_->Update(MakeCall(), std::move(change), [answered](Result<Post> result) { answered->set_value(std::move(result)); });
    return answered->get_future();
  }

  void Follow(const std::string& author_id, bool banned = false, bool deleted = false) {
    const auto soon = runtime::DeadlineAfter(std::chrono::seconds(1));
    const auto state = *store_.ReadFollowState(soon);
    ASSERT_TRUE(*store_.ApplyChanges(state, {{{author_id, deleted, banned, kNow}}, state.cursor + "x", true}, soon));
  }

  // Keeps the one worker busy until the returned latch is counted down, so that what comes meanwhile is one batch.
  std::shared_ptr<std::latch> Occupy() {
    auto let_go = std::make_shared<std::latch>(1);
    auto reached = std::make_shared<std::latch>(1);
    auto first = std::make_shared<std::atomic<bool>>(true);
    store_.before = [=](const std::string& operation, std::size_t) -> Result<void> {
      if (operation == "Create" && first->exchange(false)) {
        reached->count_down();
        let_go->wait();
      }
      return {};
    };
    occupant_ = Create(MakePost("user_a", "occupant"));
    reached->wait();
    return let_go;
  }

  FakeStore store_;
  FakeUserDirectory users_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  std::optional<AuthorAdmission> admission_;
  std::optional<PostWriter> writer_;
  std::future<Result<Post>> occupant_;
};

TEST_F(PostWriterTest, OneCallerIsOneStatement) {
  Start();
  Follow("user_a");
  const NewPost post = MakePost("user_a");
  const auto created = Create(post).get();
  ASSERT_THAT(created, IsOk());
  EXPECT_EQ(created->id, post.post.id);
  EXPECT_THAT(store_.log(), ElementsAre("ReadFollowState", "ApplyChanges", "Create"));
}

TEST_F(PostWriterTest, WhatWaitsTogetherIsOneStatement) {
  Start();
  Follow("user_a");
  Follow("user_b");
  const auto let_go = Occupy();
  std::vector<std::future<Result<Post>>> created;
  for (int i = 0; i < 20; ++i) created.push_back(Create(MakePost(i % 2 == 0 ? "user_b" : "user_a")));
  let_go->count_down();
  for (auto& one : created) EXPECT_THAT(one.get(), IsOk());
  EXPECT_EQ(store_.CountOf("Create"), 2u);
}

TEST_F(PostWriterTest, ABadItemHurtsOnlyItself) {
  Start();
  Follow("user_a");
  const auto let_go = Occupy();
  std::vector<std::future<Result<Post>>> created;
  for (int i = 0; i < 5; ++i) created.push_back(Create(MakePost("user_a")));
  auto alone = std::make_shared<std::atomic<int>>(0);
  const auto occupied = store_.before;
  let_go->count_down();
  ASSERT_THAT(occupant_.get(), IsOk());
  for (auto& one : created) EXPECT_THAT(one.get(), IsOk());

  store_.before = [alone](const std::string&, std::size_t items) -> Result<void> {
    if (items > 1) return runtime::Fail(Code::kInvalidArgument, "CHECK_VIOLATION", "A row is bad.");
    if (alone->fetch_add(1) == 1) return runtime::Fail(Code::kInvalidArgument, "CHECK_VIOLATION", "This row is bad.");
    return {};
  };
  std::latch reached(1);
  std::latch go(1);
  Call blocking = MakeCall();
  blocking.is_cancelled = [&] {
    reached.count_down();
    go.wait();
    return true;
  };
  std::promise<void> cancelled;
  writer_->Create(std::move(blocking), MakePost("user_a"), [&](const Result<Post>& result) {
    EXPECT_THAT(result, FailsWith(Code::kCancelled, "CANCELLED"));
    cancelled.set_value();
  });
  reached.wait();
  std::vector<std::future<Result<Post>>> mixed;
  for (int i = 0; i < 3; ++i) mixed.push_back(Create(MakePost("user_a")));
  go.count_down();
  cancelled.get_future().get();
  int failed = 0;
  for (auto& one : mixed) {
    const auto result = one.get();
    if (result) continue;
    ++failed;
    EXPECT_THAT(result, FailsWith(Code::kInternal, "INTERNAL"));
  }
  EXPECT_EQ(failed, 1);
}

TEST_F(PostWriterTest, AnOutageIsNotTriedOneByOne) {
  Start();
  Follow("user_a");
  std::atomic<int> tries{0};
  store_.before = [&](const std::string&, std::size_t) -> Result<void> {
    ++tries;
    return runtime::Fail(Code::kUnavailable, "DATABASE_UNAVAILABLE", "It is away.");
  };
  EXPECT_THAT(Create(MakePost("user_a")).get(), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
  EXPECT_EQ(tries, 1);
}

TEST_F(PostWriterTest, NothingIsDoneForWhoeverWentAwayOrIsTooLate) {
  Start();
  std::promise<Result<Post>> late;
  std::promise<Result<Post>> gone;
  Call expired = MakeCall();
  expired.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  Call cancelled = MakeCall();
  cancelled.is_cancelled = [] { return true; };
  writer_->Create(std::move(expired), MakePost("user_a"), [&](Result<Post> result) { late.set_value(std::move(result)); });
  writer_->Create(std::move(cancelled), MakePost("user_a"), [&](Result<Post> result) { gone.set_value(std::move(result)); });
  EXPECT_THAT(late.get_future().get(), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_THAT(gone.get_future().get(), FailsWith(Code::kCancelled, "CANCELLED"));
  EXPECT_TRUE(store_.log().empty());
}

TEST_F(PostWriterTest, AFullQueueIsOverloaded) {
  Start({.workers = 1, .capacity = 1, .max_batch = 1});
  Follow("user_a");
  const auto let_go = Occupy();
  auto waiting = Create(MakePost("user_a"));
  EXPECT_THAT(Create(MakePost("user_a")).get(), FailsWith(Code::kUnavailable, "OVERLOADED"));
  EXPECT_EQ(MetricValue(registry_, "inkwell_posts_queue_depth", {{"queue", "writes"}}), 1) << "also while no worker takes any";
  EXPECT_EQ(MetricValue(registry_, "inkwell_posts_refused_total", {{"queue", "writes"}}), 1);
  let_go->count_down();
  EXPECT_THAT(waiting.get(), IsOk());
  EXPECT_EQ(MetricValue(registry_, "inkwell_posts_queue_depth", {{"queue", "writes"}}), 0);
}

TEST_F(PostWriterTest, AnUnknownAuthorIsAddedFirstAndAskedForSecond) {
  users_.Know("user_new");
  users_.Hold();
  Start();
  auto created = Create(MakePost("user_new"));
  users_.WaitForQuestion();
  EXPECT_TRUE(store_.HasAuthor("user_new"));
  users_.Release();
  EXPECT_THAT(created.get(), IsOk());
  EXPECT_THAT(store_.log(), ElementsAre("Create", "AddUnconfirmed", "Confirm", "Create"));
}

TEST_F(PostWriterTest, ManyPostsOfANewAuthorAskOnce) {
  users_.Know("user_new");
  users_.Hold();
  Start();
  std::vector<std::future<Result<Post>>> created;
  for (int i = 0; i < 50; ++i) created.push_back(Create(MakePost("user_new")));
  users_.WaitForQuestion();
  users_.Release();
  for (auto& one : created) EXPECT_THAT(one.get(), IsOk());
  EXPECT_THAT(users_.asked(), ElementsAre("user_new"));
}

TEST_F(PostWriterTest, AMissIsRememberedForAWhile) {
  Start({}, {.miss_memory = std::chrono::hours(1)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Create(MakePost("user_ghost")).get(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  }
  EXPECT_EQ(users_.asked().size(), 1u);
  EXPECT_FALSE(store_.HasAuthor("user_ghost"));
  Follow("user_ghost");  // the webhook came: the memory does not stand in the way
  EXPECT_THAT(Create(MakePost("user_ghost")).get(), IsOk());
}

TEST_F(PostWriterTest, AMissIsForgottenWhenItsTimeIsOver) {
  Start({}, {.miss_memory = std::chrono::milliseconds(0)});
  EXPECT_THAT(Create(MakePost("user_ghost")).get(), FailsWith(Code::kNotFound, "USER_NOT_FOUND"));
  users_.Know("user_ghost");
  EXPECT_THAT(Create(MakePost("user_ghost")).get(), IsOk());
}

TEST_F(PostWriterTest, WithoutAnAnswerTheRowStaysUnconfirmed) {
  users_.SetDown(true);
  Start();
  EXPECT_THAT(Create(MakePost("user_new")).get(), FailsWith(Code::kUnavailable, "USERS_UNAVAILABLE"));
  EXPECT_TRUE(store_.HasAuthor("user_new"));
  users_.SetDown(false);
  users_.Know("user_new");
  EXPECT_THAT(Create(MakePost("user_new")).get(), IsOk());
}

TEST_F(PostWriterTest, ADeletionBeforeTheConfirmationIsSeenByTheNextQuestion) {
  users_.Know("user_new");
  users_.Hold();
  Start();
  auto created = Create(MakePost("user_new"));
  users_.WaitForQuestion();
  Follow("user_new", false, true);  // finds the row and removes it; the answer on its way is out of date
  users_.Release();
  // The fake directory still knows the user, as if it had been created anew: asked again, added again, confirmed.
  EXPECT_THAT(created.get(), IsOk());
  EXPECT_EQ(users_.asked().size(), 2u);
}

TEST_F(PostWriterTest, ABannedNewcomerMayNotWrite) {
  users_.Know("user_new", true);
  Start();
  EXPECT_THAT(Create(MakePost("user_new")).get(), FailsWith(Code::kPermissionDenied, "USER_BANNED"));
}

TEST_F(PostWriterTest, ARepeatedIdIsTheSamePostOnlyWithTheSameContent) {
  Start();
  Follow("user_a");
  NewPost post = MakePost("user_a");
  ASSERT_THAT(Create(post).get(), IsOk());
  EXPECT_THAT(Create(post).get(), IsOk());
  post.post.title = "Other";
  EXPECT_THAT(Create(post).get(), FailsWith(Code::kAlreadyExists, "IDEMPOTENCY_KEY_REUSED"));
}

TEST_F(PostWriterTest, RepetitionsInOneBatchAreTheSamePost) {
  Start();
  Follow("user_a");
  NewPost post = MakePost("user_a");
  NewPost keyed = MakePost("user_a", "Keyed");
  keyed.idempotency = IdempotencyKey{"key", "hash"};
  NewPost keyed_again = keyed;
  keyed_again.post.id = PostId::Make(kNow);
  const auto let_go = Occupy();
  auto first = Create(post);
  auto second = Create(post);
  auto third = Create(keyed);
  auto fourth = Create(keyed_again);
  let_go->count_down();
  EXPECT_EQ(first.get()->id, second.get()->id);
  EXPECT_EQ(third.get()->id, fourth.get()->id);
}

TEST_F(PostWriterTest, ChangesOfOnePostInOneBatchFollowEachOther) {
  Start();
  Follow("user_a");
  const NewPost post = MakePost("user_a");
  ASSERT_THAT(Create(post).get(), IsOk());
  const auto let_go = Occupy();
  std::vector<std::future<Result<Post>>> changed;
  for (int i = 0; i < 3; ++i) {
    changed.push_back(Update({{"user_a", post.post.id}, "Title " + std::to_string(i), false, {}, {}, {}, kNow}));
  }
  let_go->count_down();
  std::vector<Timestamp> versions;
  for (auto& one : changed) versions.push_back(one.get()->update_time);
  EXPECT_LT(versions[0], versions[1]);
  EXPECT_LT(versions[1], versions[2]);
}

TEST_F(PostWriterTest, AChangeThatFailedAloneTakesNoOtherWithIt) {
  Follow("user_a");
  Start();
  const Post done = *Create(MakePost("user_a", "done")).get();
  const Post failed = *Create(MakePost("user_a", "failed")).get();
  store_.failing_alone = failed.id;
  const auto occupied = Occupy();
  auto first = Update({{"user_a", done.id}, "new", false, {}, {}, done.update_time, kNow});
  auto second = Update({{"user_a", failed.id}, "new", false, {}, {}, failed.update_time, kNow});
  occupied->count_down();
  EXPECT_THAT(first.get(), IsOk());
  EXPECT_THAT(second.get(), FailsWith(Code::kUnavailable, "DATABASE_UNAVAILABLE"));
}

}  // namespace
}  // namespace inkwell::posts
