#include "posts-service/post_export.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <future>

#include "tests/support/status_matchers.h"
#include "tests/unit/posts-service/fake_store.h"

namespace inkwell::posts {
namespace {

using inkwell::testing::FailsWith;
using inkwell::testing::IsOk;
using runtime::Code;
using runtime::Result;

constexpr Timestamp kNow{std::chrono::seconds(1'790'000'000)};

class PostExporterTest : public ::testing::Test {
 protected:
  Result<std::vector<Post>> Next(std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
    std::promise<Result<std::vector<Post>>> answered;
    exporter_.Next({{}, "test", runtime::DeadlineAfter(timeout), [] { return false; }}, {"user_a", PostId{}, 10, 1000},
                   [&](Result<std::vector<Post>> posts) { answered.set_value(std::move(posts)); });
    return answered.get_future().get();
  }

  FakeStore store_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  PostExporter exporter_{store_, metrics_, {.workers = 1, .max_exports = 3, .max_exports_of_author = 2}};
};

TEST_F(PostExporterTest, ReadsABatch) {
  const auto soon = runtime::DeadlineAfter(std::chrono::seconds(1));
  ASSERT_THAT(store_.ApplyChanges({}, {{{"user_a", false, false, kNow}}, "c", true}, soon), IsOk());
  const PostId id = PostId::Make(kNow);
  const NewPost post{{"user_a", id, "Title", {}, false, id.time()}, {}, kNow};
  ASSERT_THAT(store_.Create(std::span(&post, 1), soon), IsOk());
  const auto batch = Next();
  ASSERT_THAT(batch, IsOk());
  ASSERT_EQ(batch->size(), 1U);
  EXPECT_EQ(batch->front().id, id);
}

TEST_F(PostExporterTest, AnAuthorHasTwoExportsAtOnceAndAllHaveThree) {
  auto first = exporter_.Enter("user_a");
  auto second = exporter_.Enter("user_a");
  ASSERT_TRUE(first && second);
  const auto full = FailsWith(Code::kUnavailable, "OVERLOADED");
  EXPECT_THAT(exporter_.Enter("user_a"), full);
  auto other = exporter_.Enter("user_b");
  ASSERT_TRUE(other);
  EXPECT_THAT(exporter_.Enter("user_c"), full);
  first->reset();
  EXPECT_TRUE(exporter_.Enter("user_a"));
}

TEST_F(PostExporterTest, ReadsNothingForACallThatIsOver) {
  EXPECT_THAT(Next(std::chrono::milliseconds(0)), FailsWith(Code::kDeadlineExceeded, "DEADLINE_EXCEEDED"));
  EXPECT_EQ(store_.CountOf("Scan"), 0U);
}

}  // namespace
}  // namespace inkwell::posts
