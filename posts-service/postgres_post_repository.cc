#include "posts-service/postgres_post_repository.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "posts-service/post_creation.h"
#include "posts-service/post_rows.h"
#include "posts-service/post_sql.h"
#include "runtime_db/database.h"

namespace inkwell::posts {
namespace {

using runtime::Connection;
using runtime::Parameter;
using runtime::Result;
using runtime::Rows;
using Failure = tl::unexpected<runtime::Error>;

// The rows of kUpdatePosts and kDeletePosts begin alike.
enum class ChangeColumn { kDone = 1, kBanned = 2, kFound = 3, kExpected = 4 };

std::optional<ChangeOutcome::Kind> ReadChange(const Rows& rows, std::size_t row) {
  const auto is = [&](ChangeColumn column) { return rows.Bool(row, static_cast<int>(column)); };
  if (is(ChangeColumn::kDone)) return ChangeOutcome::Kind::kDone;
  if (is(ChangeColumn::kBanned)) return ChangeOutcome::Kind::kBannedAuthor;
  if (!is(ChangeColumn::kFound)) return ChangeOutcome::Kind::kNotFound;
  if (!is(ChangeColumn::kExpected)) return ChangeOutcome::Kind::kVersionMismatch;
  return std::nullopt;  // it was as it should be, until another change came first
}

ChangeOutcome FailedAlone(runtime::Error error) { return {ChangeOutcome::Kind::kFailed, std::nullopt, std::move(error)}; }

// One change that another came before: the next statement sees that one. Its failure is its own, for the call's other changes are
// committed.
template <typename Item, typename Execute, typename Read>
ChangeOutcome ChangeAlone(std::span<const Item> item, const Execute& execute, const Read& read) {
  for (int attempt = 1; attempt < kMaxAttempts; ++attempt) {
    auto rows = execute(item);
    if (!rows) return FailedAlone(std::move(rows).error());
    const auto kind = rows->empty() ? std::nullopt : ReadChange(*rows, 0);
    if (kind) return read(*rows, 0, item.front(), *kind);
  }
  return FailedAlone({runtime::Code::kAborted, "SERIALIZATION_FAILURE", "The post kept changing.", {}});
}

template <typename Item, typename Execute, typename Read>
Result<std::vector<ChangeOutcome>> ChangeOn(std::span<const Item> items, Execute execute, Read read) {
  std::vector<ChangeOutcome> outcomes(items.size());
  auto rows = execute(items);
  if (!rows) return Failure(std::move(rows).error());
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const std::size_t i = ItemOf(*rows, row);
    const auto kind = ReadChange(*rows, row);
    outcomes.at(i) = kind ? read(*rows, row, items[i], *kind) : ChangeAlone(items.subspan(i, 1), execute, read);
  }
  return outcomes;
}

std::optional<std::string> VersionText(const std::optional<Timestamp>& version) {
  if (!version) return std::nullopt;
  return std::to_string(Microseconds(*version));
}

Result<Rows> ExecuteUpdate(Connection& connection, std::span<const PostChange> changes) {
  const auto published = [](const PostChange& c) -> std::optional<std::string> {
    if (!c.published) return std::nullopt;
    return *c.published ? "t" : "f";
  };
  return connection.Execute(sql::kUpdatePosts,
                            {Texts(changes, [](const PostChange& c) -> std::string_view { return c.key.author_id; }),
                             Texts(changes, [](const PostChange& c) { return c.key.id.ToString(); }),
                             Texts(changes, [](const PostChange& c) { return VersionText(c.expected_version); }),
                             Parameter::IntegerArray(Column(changes, [](const PostChange& c) { return Microseconds(c.now); })),
                             Texts(changes, [](const PostChange& c) { return c.title; }),
                             Parameter::BoolArray(Column(changes, [](const PostChange& c) { return c.sets_content; })),
                             Texts(changes, [](const PostChange& c) { return c.content; }), Texts(changes, published)});
}

Result<Rows> ExecuteDelete(Connection& connection, std::span<const PostRemoval> removals) {
  return connection.Execute(sql::kDeletePosts,
                            {Texts(removals, [](const PostRemoval& r) -> std::string_view { return r.key.author_id; }),
                             Texts(removals, [](const PostRemoval& r) { return r.key.id.ToString(); }),
                             Texts(removals, [](const PostRemoval& r) { return VersionText(r.expected_version); })});
}

using Lists = PostRepository::Lists;

// A list in which a post is withheld has nothing of use.
void AddRow(std::optional<std::vector<Post>>& list, const Rows& rows, std::size_t row, const std::string& author_id) {
  constexpr int kVersion = 5;
  if (rows.IsNull(row, kVersion)) list.reset();
  if (list) list->push_back(ReadPost(rows, row, 2, author_id, ReadId(rows, row, 1)));
}

// `statement` is kListPosts or kListPublishedPosts.
Result<Lists> ListOn(Connection& connection, const runtime::Statement& statement, std::span<const PostQuery> queries) {
  auto rows = connection.Execute(
      statement, {Texts(queries, [](const PostQuery& q) -> std::string_view { return q.author_id; }),
                  Texts(queries, [](const PostQuery& q) { return q.before.ToString(); }),
                  Parameter::IntegerArray(Column(queries, [](const PostQuery& q) -> std::int64_t { return q.limit; })),
                  ShareOfPost(queries)});
  if (!rows) return Failure(std::move(rows).error());
  Lists found(queries.size(), std::vector<Post>());
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const std::size_t i = ItemOf(*rows, row);
    AddRow(found.at(i), *rows, row, queries[i].author_id);
  }
  // SQL promises no order of a join's rows; they come in it, so that this only looks.
  const auto newest_first = [](const Post& a, const Post& b) { return a.id > b.id; };
  for (auto& posts : found) {
    if (posts && !std::is_sorted(posts->begin(), posts->end(), newest_first)) {
      std::sort(posts->begin(), posts->end(), newest_first);
    }
  }
  return found;
}

// Rows of one author, in the order of the statement.
std::vector<Post> ReadPosts(const Rows& rows, const std::string& author_id) {
  std::vector<Post> posts;
  posts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    posts.push_back(ReadPost(rows, row, 2, author_id, ReadId(rows, row, 1)));
  }
  return posts;
}

}  // namespace

Result<std::vector<CreateOutcome>> PostgresPostRepository::Create(std::span<const NewPost> posts, runtime::Deadline deadline) {
  return database_.Run<std::vector<CreateOutcome>>(deadline, [&](Connection& c) { return CreateOn(c, posts, false); });
}

Result<std::vector<CreateOutcome>> PostgresPostRepository::CreateWithKeys(std::span<const NewPost> posts,
                                                                          runtime::Deadline deadline) {
  return database_.Run<std::vector<CreateOutcome>>(deadline, [&](Connection& c) { return CreateOn(c, posts, true); });
}

Result<std::vector<std::optional<Post>>> PostgresPostRepository::Get(std::span<const PostKey> keys, runtime::Deadline deadline) {
  using Found = std::vector<std::optional<Post>>;
  return database_.Run<Found>(deadline, [&](Connection& connection) -> Result<Found> {
    auto rows =
        connection.Execute(sql::kSelectPosts, {Texts(keys, [](const PostKey& k) -> std::string_view { return k.author_id; }),
                                               Texts(keys, [](const PostKey& k) { return k.id.ToString(); })});
    if (!rows) return Failure(std::move(rows).error());
    Found found(keys.size());
    for (std::size_t row = 0; row < rows->size(); ++row) {
      const std::size_t i = ItemOf(*rows, row);
      found.at(i) = ReadPost(*rows, row, 2, keys[i].author_id, keys[i].id);
    }
    return found;
  });
}

Result<Lists> PostgresPostRepository::List(ListKind kind, std::span<const PostQuery> queries, runtime::Deadline deadline) {
  const auto& statement = kind == ListKind::kPublished ? sql::kListPublishedPosts : sql::kListPosts;
  return database_.Run<Lists>(deadline, [&](Connection& connection) { return ListOn(connection, statement, queries); });
}

Result<std::vector<Post>> PostgresPostRepository::ListAlone(ListKind kind, const PostQuery& query, runtime::Deadline deadline) {
  const auto& statement = kind == ListKind::kPublished ? sql::kListPublishedPostsByWeight : sql::kListPostsByWeight;
  return database_.Run<std::vector<Post>>(deadline, [&](Connection& connection) -> Result<std::vector<Post>> {
    auto rows = connection.Execute(statement, {query.author_id, query.before.ToString(), query.limit, query.max_bytes});
    if (!rows) return Failure(std::move(rows).error());
    return ReadPosts(*rows, query.author_id);
  });
}

Result<std::vector<Post>> PostgresPostRepository::Scan(const PostScan& scan, runtime::Deadline deadline) {
  return database_.Run<std::vector<Post>>(deadline, [&](Connection& connection) -> Result<std::vector<Post>> {
    auto rows = connection.Execute(sql::kScanPosts, {scan.author_id, scan.after.ToString(), scan.limit, scan.max_bytes});
    if (!rows) return Failure(std::move(rows).error());
    return ReadPosts(*rows, scan.author_id);
  });
}

Result<std::vector<Post>> PostgresPostRepository::Search(const PostQuery& query, runtime::Deadline deadline) {
  return database_.Run<std::vector<Post>>(deadline, [&](Connection& connection) -> Result<std::vector<Post>> {
    auto rows = connection.Execute(sql::kSearchPosts,
                                   {query.author_id, query.before.ToString(), query.query, query.limit, query.max_bytes});
    if (!rows) return Failure(std::move(rows).error());
    return ReadPosts(*rows, query.author_id);
  });
}

Result<std::vector<ChangeOutcome>> PostgresPostRepository::Update(std::span<const PostChange> changes,
                                                                  runtime::Deadline deadline) {
  return database_.Run<std::vector<ChangeOutcome>>(deadline, [&](Connection& connection) {
    return ChangeOn(
        changes, [&](std::span<const PostChange> some) { return ExecuteUpdate(connection, some); },
        [](const Rows& rows, std::size_t row, const PostChange& change, ChangeOutcome::Kind kind) {
          ChangeOutcome outcome{kind, std::nullopt, std::nullopt};
          if (kind == ChangeOutcome::Kind::kDone) outcome.post = ReadPost(rows, row, 5, change.key.author_id, change.key.id);
          return outcome;
        });
  });
}

Result<std::vector<ChangeOutcome>> PostgresPostRepository::Delete(std::span<const PostRemoval> removals,
                                                                  runtime::Deadline deadline) {
  return database_.Run<std::vector<ChangeOutcome>>(deadline, [&](Connection& connection) {
    return ChangeOn(
        removals, [&](std::span<const PostRemoval> some) { return ExecuteDelete(connection, some); },
        [](const Rows&, std::size_t, const PostRemoval&, ChangeOutcome::Kind kind) {
          return ChangeOutcome{kind, std::nullopt, std::nullopt};
        });
  });
}

Result<std::int64_t> PostgresPostRepository::ForgetKeys(Timestamp before, int limit, runtime::Deadline deadline) {
  return database_.Run<std::int64_t>(deadline, [&](Connection& connection) -> Result<std::int64_t> {
    auto rows = connection.Execute(sql::kForgetKeys, {Microseconds(before), limit});
    if (!rows) return Failure(std::move(rows).error());
    return rows->affected();
  });
}

}  // namespace inkwell::posts
