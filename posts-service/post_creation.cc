#include "posts-service/post_creation.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "posts-service/post_rows.h"
#include "posts-service/post_rules.h"
#include "posts-service/post_sql.h"
#include "runtime_db/database.h"

namespace inkwell::posts {
namespace {

using runtime::Connection;
using runtime::Parameter;
using runtime::Result;
using runtime::Rows;
using Failure = tl::unexpected<runtime::Error>;

Result<Rows> Insert(Connection& connection, std::span<const NewPost> posts, bool with_keys) {
  auto authors = Texts(posts, [](const NewPost& p) -> std::string_view { return p.post.author_id; });
  auto ids = Texts(posts, [](const NewPost& p) { return p.post.id.ToString(); });
  auto titles = Texts(posts, [](const NewPost& p) -> std::string_view { return p.post.title; });
  auto contents = Texts(posts, [](const NewPost& p) { return p.post.content; });
  auto published = Parameter::BoolArray(Column(posts, [](const NewPost& p) { return p.post.published; }));
  auto versions = Parameter::IntegerArray(Column(posts, [](const NewPost& p) { return Microseconds(p.post.update_time); }));
  if (!with_keys) {
    return connection.Execute(sql::kInsertPosts, {std::move(authors), std::move(ids), std::move(titles), std::move(contents),
                                                  std::move(published), std::move(versions)});
  }
  const auto earlier = [](const NewPost& a, const NewPost& b) { return a.now < b.now; };
  const Timestamp now = std::max_element(posts.begin(), posts.end(), earlier)->now;
  return connection.Execute(
      sql::kInsertPostsWithKeys,
      {std::move(authors), std::move(ids), std::move(titles), std::move(contents), std::move(published), std::move(versions),
       Texts(posts, [](const NewPost& p) -> std::string_view { return p.idempotency->key; }),
       Texts(posts, [](const NewPost& p) -> std::string_view { return p.idempotency->request_hash; }), Microseconds(now),
       Microseconds(now - kIdempotencyKeyLife)});
}

// Marks the items that were inserted and returns the numbers of those that were not.
std::vector<std::size_t> LeftOut(const Rows& inserted, std::span<const NewPost> posts, std::vector<CreateOutcome>& outcomes) {
  const auto name = [](std::string_view author_id, std::string_view id) { return std::string(author_id).append(id); };
  std::vector<std::string> names;
  names.reserve(inserted.size());
  for (std::size_t row = 0; row < inserted.size(); ++row) names.push_back(name(inserted.Text(row, 0), inserted.Text(row, 1)));
  std::sort(names.begin(), names.end());
  std::vector<std::size_t> left_out;
  for (std::size_t i = 0; i < posts.size(); ++i) {
    if (std::binary_search(names.begin(), names.end(), name(posts[i].post.author_id, posts[i].post.id.ToString()))) {
      outcomes[i].kind = CreateOutcome::Kind::kCreated;
    } else {
      left_out.push_back(i);
    }
  }
  return left_out;
}

// Finds out why items were left out. The statement sees what was committed before it, so an item may look as if nothing stood in
// its way (the post that had its id was deleted, the author came): its number is returned, to be tried again.
Result<std::vector<std::size_t>> Explain(Connection& connection, std::span<const NewPost> posts,
                                         const std::vector<std::size_t>& left_out, std::vector<CreateOutcome>& outcomes) {
  const std::span<const std::size_t> items(left_out);
  const auto key_of = [&](std::size_t i) -> std::optional<std::string> {
    if (!posts[i].idempotency) return std::nullopt;
    return posts[i].idempotency->key;
  };
  auto rows = connection.Execute(
      sql::kExplainCreations, {Texts(items, [&](std::size_t i) -> std::string_view { return posts[i].post.author_id; }),
                               Texts(items, [&](std::size_t i) { return posts[i].post.id.ToString(); }), Texts(items, key_of)});
  if (!rows) return Failure(std::move(rows).error());
  std::vector<std::size_t> again;
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const std::size_t i = left_out.at(ItemOf(*rows, row));
    CreateOutcome& outcome = outcomes[i];
    if (!rows->IsNull(row, 4)) outcome.existing = ReadPost(*rows, row, 5, posts[i].post.author_id, ReadId(*rows, row, 4));
    if (!rows->Bool(row, 1)) {
      outcome.kind = CreateOutcome::Kind::kUnknownAuthor;
    } else if (rows->Bool(row, 2)) {
      outcome.kind = CreateOutcome::Kind::kBannedAuthor;
    } else if (!rows->IsNull(row, 3)) {
      outcome.kind = CreateOutcome::Kind::kKeyTaken;
      outcome.request_hash = rows->Text(row, 3);
    } else if (outcome.existing) {
      outcome.kind = CreateOutcome::Kind::kIdTaken;
    } else {
      again.push_back(i);
    }
  }
  return again;
}

// Whether the error says what Explain can explain for a single item: the author was deleted meanwhile, or the id is taken.
bool IsExplainable(const runtime::Error& error) {
  return error.reason == "FOREIGN_KEY_VIOLATION" || error.reason == "UNIQUE_VIOLATION";
}

}  // namespace

Result<std::vector<CreateOutcome>> CreateOn(Connection& connection, std::span<const NewPost> posts, bool with_keys) {
  std::vector<CreateOutcome> outcomes(posts.size());
  auto inserted = Insert(connection, posts, with_keys);
  if (!inserted && (posts.size() > 1 || !IsExplainable(inserted.error()))) return Failure(std::move(inserted).error());
  if (inserted && inserted->size() == posts.size()) {
    for (CreateOutcome& outcome : outcomes) outcome.kind = CreateOutcome::Kind::kCreated;
    return outcomes;
  }
  auto again = Explain(connection, posts, inserted ? LeftOut(*inserted, posts, outcomes) : std::vector<std::size_t>{0}, outcomes);
  if (!again) return Failure(std::move(again).error());
  for (const std::size_t i : *again) {
    bool settled = false;
    for (int attempt = 1; attempt < kMaxAttempts && !settled; ++attempt) {
      const auto one = posts.subspan(i, 1);
      auto retried = Insert(connection, one, with_keys);
      if (!retried && !IsExplainable(retried.error())) return Failure(std::move(retried).error());
      if (retried && retried->size() == 1) {
        outcomes[i].kind = CreateOutcome::Kind::kCreated;
        settled = true;
        continue;
      }
      auto unclear = Explain(connection, posts, {i}, outcomes);
      if (!unclear) return Failure(std::move(unclear).error());
      settled = unclear->empty();
    }
    if (!settled) return runtime::Fail(runtime::Code::kAborted, "SERIALIZATION_FAILURE", "The post kept coming and going.");
  }
  return outcomes;
}

}  // namespace inkwell::posts
