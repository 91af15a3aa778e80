#include "posts-service/postgres_author_repository.h"

#include <map>
#include <string_view>
#include <utility>

#include "posts-service/author_sql.h"
#include "runtime_db/database.h"

namespace inkwell::posts {
namespace {

using runtime::Connection;
using runtime::Parameter;
using runtime::Result;
using runtime::Rows;
using runtime::Statement;
using Failure = tl::unexpected<runtime::Error>;

// How many rows of a deleted author go in one transaction before the author's own row does. The cascade then finds only what was
// written since, and the author's row is locked for milliseconds, not for the seconds that 100,000 posts take: a batch of other
// authors' posts that holds one of this author's never waits long (docs/adr/0042).
constexpr int kClearingStep = 2000;
// A user who posts all the time cannot hold up the deletion: after this many steps the cascade takes what is left.
constexpr int kMaxClearingSteps = 500;

std::vector<AuthorRow> ReadAuthors(const Rows& rows) {
  std::vector<AuthorRow> authors;
  authors.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    authors.push_back({std::string(rows.Text(row, 0)), rows.Integer(row, 1), rows.Bool(row, 2)});
  }
  return authors;
}

Result<std::vector<AuthorRow>> SelectAuthors(runtime::Database& database, runtime::Deadline deadline, const Statement& statement,
                                             std::int64_t first, const std::string& after_author_id, int limit) {
  return database.Run<std::vector<AuthorRow>>(deadline, [&](Connection& connection) -> Result<std::vector<AuthorRow>> {
    auto rows = connection.Execute(statement, {first, after_author_id, limit});
    if (!rows) return Failure(std::move(rows).error());
    return ReadAuthors(*rows);
  });
}

// Runs one statement whose rows do not matter; returns how many it changed.
Result<std::int64_t> Change(runtime::Database& database, runtime::Deadline deadline, const Statement& statement,
                            std::initializer_list<Parameter> parameters) {
  return database.Run<std::int64_t>(deadline, [&](Connection& connection) -> Result<std::int64_t> {
    auto rows = connection.Execute(statement, parameters);
    if (!rows) return Failure(std::move(rows).error());
    return rows->affected();
  });
}

Result<void> WithoutCount(const Result<std::int64_t>& result) {
  if (!result) return Failure(result.error());
  return {};
}

template <typename T>
Parameter AuthorIds(std::span<const T> items) {
  std::vector<std::string_view> ids;
  ids.reserve(items.size());
  for (const T& item : items) ids.push_back(item.author_id);
  return Parameter::TextArray(ids);
}

template <typename T>
Parameter Incarnations(std::span<const T> items) {
  std::vector<std::int64_t> incarnations;
  incarnations.reserve(items.size());
  for (const T& item : items) incarnations.push_back(item.incarnation);
  return Parameter::IntegerArray(incarnations);
}

}  // namespace

Result<std::vector<AuthorRow>> PostgresAuthorRepository::AddUnconfirmed(std::span<const std::string> author_ids,
                                                                        runtime::Deadline deadline) {
  return database_.Run<std::vector<AuthorRow>>(deadline, [&](Connection& connection) -> Result<std::vector<AuthorRow>> {
    const std::vector<std::string_view> ids(author_ids.begin(), author_ids.end());
    auto rows = connection.Execute(sql::kAddAuthors, {Parameter::TextArray(ids)});
    if (!rows) return Failure(std::move(rows).error());
    return ReadAuthors(*rows);
  });
}

Result<std::vector<bool>> PostgresAuthorRepository::Confirm(std::span<const Confirmation> confirmations,
                                                            runtime::Deadline deadline) {
  return database_.Run<std::vector<bool>>(deadline, [&](Connection& connection) -> Result<std::vector<bool>> {
    std::vector<bool> banned;
    for (const Confirmation& confirmation : confirmations) banned.push_back(confirmation.banned);
    auto rows = connection.Execute(sql::kConfirmAuthors,
                                   {AuthorIds(confirmations), Incarnations(confirmations), Parameter::BoolArray(banned)});
    if (!rows) return Failure(std::move(rows).error());
    std::vector<bool> confirmed(confirmations.size());
    for (std::size_t row = 0; row < rows->size(); ++row) {
      confirmed.at(static_cast<std::size_t>(rows->Integer(row, 0)) - 1) = rows->Bool(row, 1);
    }
    return confirmed;
  });
}

Result<void> PostgresAuthorRepository::RemoveUnconfirmed(std::span<const AuthorRow> rows, runtime::Deadline deadline) {
  return WithoutCount(Change(database_, deadline, sql::kRemoveUnconfirmed, {AuthorIds(rows), Incarnations(rows)}));
}

Result<std::vector<AuthorRow>> PostgresAuthorRepository::FindUnconfirmed(std::chrono::seconds age,
                                                                         const std::string& after_author_id, int limit,
                                                                         runtime::Deadline deadline) {
  return SelectAuthors(database_, deadline, sql::kFindUnconfirmed, age.count(), after_author_id, limit);
}

Result<FollowState> PostgresAuthorRepository::ReadFollowState(runtime::Deadline deadline) {
  return database_.Run<FollowState>(deadline, [&](Connection& connection) -> Result<FollowState> {
    auto rows = connection.Execute(sql::kReadCursor);
    if (!rows) return Failure(std::move(rows).error());
    if (rows->size() != 1) return runtime::Fail(runtime::Code::kInternal, "INTERNAL", "The cursor's row is missing.");
    return FollowState{std::string(rows->Text(0, 0)), rows->Integer(0, 1), rows->Bool(0, 2)};
  });
}

Result<bool> PostgresAuthorRepository::ApplyChanges(const FollowState& state, const UserChanges& changes,
                                                    runtime::Deadline deadline) {
  std::map<std::string_view, const UserChange*> latest;  // in the order of the ids; the last state of a user counts
  for (const UserChange& user : changes.users) latest[user.user_id] = &user;
  std::vector<std::string_view> deleted;
  std::vector<std::string_view> living;
  std::vector<bool> banned;
  for (const auto& [user_id, user] : latest) {
    if (user->deleted) {
      deleted.push_back(user_id);
    } else {
      living.push_back(user_id);
      banned.push_back(user->banned);
    }
  }
  // Before the cursor is looked at: a deleted user never comes back, so this is right even if another process has gone further.
  if (auto cleared = ClearAuthors(deleted, deadline); !cleared) return Failure(std::move(cleared).error());
  return database_.Run<bool>(deadline, [&](Connection& connection) -> Result<bool> {
    auto rows = connection.Execute(sql::kApplyChanges, {state.cursor, changes.cursor, Parameter::TextArray(deleted),
                                                        Parameter::TextArray(living), Parameter::BoolArray(banned)});
    if (!rows) return Failure(std::move(rows).error());
    return !rows->empty();
  });
}

Result<bool> PostgresAuthorRepository::BeginResync(const FollowState& state, runtime::Deadline deadline) {
  return database_.Run<bool>(deadline, [&](Connection& connection) -> Result<bool> {
    auto rows = connection.Execute(sql::kResetCursor, {state.cursor});
    if (!rows) return Failure(std::move(rows).error());
    return !rows->empty();
  });
}

Result<std::int64_t> PostgresAuthorRepository::CountAuthors(runtime::Deadline deadline) {
  return database_.Run<std::int64_t>(deadline, [&](Connection& connection) -> Result<std::int64_t> {
    auto rows = connection.Execute(sql::kCountAuthors);
    if (!rows) return Failure(std::move(rows).error());
    return rows->Integer(0, 0);
  });
}

Result<std::vector<AuthorRow>> PostgresAuthorRepository::FindUnseen(std::int64_t resync, const std::string& after_author_id,
                                                                    int limit, runtime::Deadline deadline) {
  return SelectAuthors(database_, deadline, sql::kFindUnseen, resync, after_author_id, limit);
}

Result<void> PostgresAuthorRepository::MarkSeen(const AuthorRow& row, std::int64_t resync, runtime::Deadline deadline) {
  return WithoutCount(Change(database_, deadline, sql::kMarkSeen, {row.author_id, row.incarnation, resync}));
}

Result<void> PostgresAuthorRepository::RemoveUnseen(const AuthorRow& row, std::int64_t resync, runtime::Deadline deadline) {
  return WithoutCount(Change(database_, deadline, sql::kRemoveUnseen, {row.author_id, row.incarnation, resync}));
}

Result<void> PostgresAuthorRepository::FinishResync(std::int64_t resync, runtime::Deadline deadline) {
  return WithoutCount(Change(database_, deadline, sql::kFinishResync, {resync}));
}

Result<void> PostgresAuthorRepository::ClearAuthors(const std::vector<std::string_view>& author_ids, runtime::Deadline deadline) {
  if (author_ids.empty()) return {};
  auto known = database_.Run<std::vector<std::string>>(deadline, [&](Connection& c) -> Result<std::vector<std::string>> {
    auto rows = c.Execute(sql::kKnownAuthors, {Parameter::TextArray(author_ids)});
    if (!rows) return Failure(std::move(rows).error());
    std::vector<std::string> ids;
    for (std::size_t row = 0; row < rows->size(); ++row) ids.emplace_back(rows->Text(row, 0));
    return ids;
  });
  if (!known) return Failure(std::move(known).error());
  for (const std::string& author_id : *known) {
    for (const Statement* statement : {&sql::kDeleteSomePosts, &sql::kDeleteSomeKeys}) {
      for (int step = 0; step < kMaxClearingSteps; ++step) {
        const auto removed = Change(database_, deadline, *statement, {author_id, kClearingStep});
        if (!removed) return Failure(removed.error());
        if (*removed < kClearingStep) break;
      }
    }
  }
  return {};
}

}  // namespace inkwell::posts
