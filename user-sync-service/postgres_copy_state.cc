#include "user-sync-service/postgres_copy_state.h"

#include "runtime_db/database.h"
#include "user-sync-service/postgres_errors.h"

namespace inkwell::users {
namespace {

using runtime::Connection;
using runtime::Deadline;
using runtime::Error;
using runtime::Result;
using runtime::Rows;
using runtime::Statement;

constexpr Statement kPin{"pin_instance", "INSERT INTO users.instance (instance_id) VALUES ($1::text) ON CONFLICT DO NOTHING", 1,
                         0};
constexpr Statement kPinned{"pinned_instance", "SELECT instance_id FROM users.instance", 0, 1};
constexpr Statement kAliases{"instance_aliases", "SELECT alias FROM users.instance_aliases", 0, 1};
constexpr Statement kAddAlias{"add_instance_alias",
                              "INSERT INTO users.instance_aliases (alias) VALUES ($1::text) ON CONFLICT DO NOTHING", 1, 0};
constexpr Statement kNoteBackfill{"note_backfill",
                                  "INSERT INTO users.backfills (applied, unchanged, missing, deleted)"
                                  " VALUES ($1::bigint, $2::bigint, $3::bigint, $4::bigint)",
                                  4, 0};
constexpr Statement kSinceBackfill{"since_backfill",
                                   "SELECT (extract(epoch FROM now() - coalesce((SELECT max(finished_at) FROM users.backfills),"
                                   " (SELECT applied_at FROM users.schema_migrations WHERE number = 1), now())) * 1000)::bigint",
                                   0, 1};

}  // namespace

Result<std::string> PostgresCopyState::PinInstance(const std::string& instance_id, Deadline deadline) {
  return InUsersWords(database_.Run<std::string>(deadline, [&](Connection& connection) -> Result<std::string> {
    // Two statements: whoever loses the race has waited for the winner's commit, and only a new snapshot shows the winner's row.
    if (auto tried = connection.Execute(kPin, {instance_id}); !tried) return tl::unexpected<Error>(std::move(tried).error());
    return connection.Execute(kPinned).map([](const Rows& rows) { return std::string(rows.Text(0, 0)); });
  }));
}

Result<std::optional<std::string>> PostgresCopyState::PinnedInstance(Deadline deadline) {
  return InUsersWords(database_.Run<std::optional<std::string>>(deadline, [&](Connection& connection) {
    return connection.Execute(kPinned).map(
        [](const Rows& rows) { return rows.empty() ? std::nullopt : rows.OptionalText(0, 0); });
  }));
}

Result<std::vector<std::string>> PostgresCopyState::InstanceAliases(Deadline deadline) {
  using Aliases = std::vector<std::string>;
  return InUsersWords(database_.Run<Aliases>(deadline, [&](Connection& connection) {
    return connection.Execute(kAliases).map([](const Rows& rows) {
      Aliases aliases;
      for (std::size_t row = 0; row < rows.size(); ++row) aliases.emplace_back(rows.Text(row, 0));
      return aliases;
    });
  }));
}

Result<void> PostgresCopyState::AddInstanceAliases(const std::vector<std::string>& aliases, Deadline deadline) {
  // One by one: each is true by itself, and there are few.
  for (const std::string& alias : aliases) {
    auto added = InUsersWords(
        database_.Run<Rows>(deadline, [&](Connection& connection) { return connection.Execute(kAddAlias, {alias}); }));
    if (!added) return tl::unexpected<Error>(std::move(added).error());
  }
  return {};
}

Result<void> PostgresCopyState::NoteBackfill(const BackfillTotals& totals, Deadline deadline) {
  return InUsersWords(
             database_.Run<Rows>(
                 deadline,
                 [&](Connection& connection) {
                   return connection.Execute(kNoteBackfill, {totals.applied, totals.unchanged, totals.missing, totals.deleted});
                 }))
      .map([](const Rows&) {});
}

Result<std::chrono::milliseconds> PostgresCopyState::SinceBackfill(Deadline deadline) {
  using std::chrono::milliseconds;
  return InUsersWords(database_.Run<milliseconds>(deadline, [&](Connection& connection) {
    return connection.Execute(kSinceBackfill).map([](const Rows& rows) { return milliseconds(rows.Integer(0, 0)); });
  }));
}

}  // namespace inkwell::users
