#include "user-sync-service/postgres_user_repository.h"

#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "runtime_db/database.h"
#include "user-sync-service/postgres_errors.h"
#include "user-sync-service/reasons.h"

namespace inkwell::users {
namespace {

using runtime::Code;
using runtime::Connection;
using runtime::Deadline;
using runtime::Error;
using runtime::Fail;
using runtime::Parameter;
using runtime::Result;
using runtime::Rows;
using runtime::Statement;

// The version rule as one statement (version_rule.h has it in C++). The verdicts on rows that were not written are read from the
// statement's snapshot, which can be older than the row that ON CONFLICT met: then the answer is 'raced', and running the
// statement again, with a snapshot that is newer than that row, decides.
//
// Rows are looked up by LATERAL … LIMIT 1 and not by a join, here and in kFind: by the index, one by one (see SessionSettings).
//
// The notes for ExplainUser ride in the same statement: no further round trip, and no verdict without its note. What is more
// than 50 notes of a user is deleted by every 16th note, so a few more than 50 may be there; the user's row, locked here whether
// it is written or not, keeps two such deletions apart.
constexpr Statement kApply{"apply_user_events", R"sql(
WITH incoming AS MATERIALIZED (
  SELECT i.clerk_id, i.email, i.first_name, i.last_name, i.username, i.image_url, i.public_metadata::jsonb AS public_metadata,
         i.banned, i.locked, CASE WHEN NOT i.deleted THEN i.clerk_created_at END AS clerk_created_at,
         CASE WHEN NOT i.deleted THEN i.clerk_updated_at END AS clerk_updated_at,
         decode(i.content_hash, 'hex') AS content_hash, i.deleted
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[],
              $9::boolean[], $10::bigint[], $11::bigint[], $12::text[], $13::boolean[])
    AS i(clerk_id, email, first_name, last_name, username, image_url, public_metadata, banned,
         locked, clerk_created_at, clerk_updated_at, content_hash, deleted)
), written AS (
  INSERT INTO users.users AS u (clerk_id, email, first_name, last_name, username, image_url, public_metadata, banned, locked,
                                clerk_created_at, clerk_updated_at, content_hash, deleted_at, synced_at, change_xid)
  SELECT i.clerk_id, i.email, i.first_name, i.last_name, i.username, i.image_url, i.public_metadata, i.banned, i.locked,
         i.clerk_created_at, i.clerk_updated_at, i.content_hash, CASE WHEN i.deleted THEN now() END, now(), pg_current_xact_id()
  FROM incoming i
  ON CONFLICT (clerk_id) DO UPDATE SET
    email = EXCLUDED.email, first_name = EXCLUDED.first_name, last_name = EXCLUDED.last_name, username = EXCLUDED.username,
    image_url = EXCLUDED.image_url, public_metadata = EXCLUDED.public_metadata, banned = EXCLUDED.banned,
    locked = EXCLUDED.locked, clerk_created_at = EXCLUDED.clerk_created_at, clerk_updated_at = EXCLUDED.clerk_updated_at,
    content_hash = EXCLUDED.content_hash, deleted_at = EXCLUDED.deleted_at, synced_at = EXCLUDED.synced_at,
    change_xid = EXCLUDED.change_xid
  WHERE u.deleted_at IS NULL
    AND (EXCLUDED.deleted_at IS NOT NULL
         OR (EXCLUDED.clerk_updated_at, EXCLUDED.content_hash) > (u.clerk_updated_at, u.content_hash))
  RETURNING u.clerk_id
), announced AS (
  SELECT pg_notify('inkwell_users', '') WHERE EXISTS (SELECT FROM written)
), judged AS MATERIALIZED (
SELECT i.clerk_id,
       CASE
         WHEN w.clerk_id IS NOT NULL THEN 'applied'
         WHEN s.clerk_id IS NULL THEN 'raced'
         WHEN s.deleted_at IS NOT NULL THEN CASE WHEN i.deleted THEN 'unchanged' ELSE 'tombstoned' END
         WHEN i.deleted THEN 'raced'
         WHEN (i.clerk_updated_at, i.content_hash) = (s.clerk_updated_at, s.content_hash) THEN 'unchanged'
         WHEN (i.clerk_updated_at, i.content_hash) < (s.clerk_updated_at, s.content_hash) THEN 'older'
         ELSE 'raced'
       END AS verdict
FROM incoming i
LEFT JOIN written w ON w.clerk_id = i.clerk_id
LEFT JOIN LATERAL (
  SELECT u.clerk_id, u.clerk_updated_at, u.content_hash, u.deleted_at
  FROM users.users u WHERE u.clerk_id = i.clerk_id AND w.clerk_id IS NULL LIMIT 1) s ON true
), noted AS (
  INSERT INTO users.changes (clerk_id, source, event_id, clerk_updated_at, verdict, received_at)
  SELECT n.clerk_id, n.source, n.event_id, n.clerk_updated_at, v.verdict, now()
  FROM unnest($14::text[], $15::text[], $16::text[], $17::bigint[], $18::text[]) WITH ORDINALITY
    AS n(clerk_id, source, event_id, clerk_updated_at, standing, place)
  JOIN judged j ON j.clerk_id = n.clerk_id
  CROSS JOIN LATERAL (
    SELECT CASE
             WHEN n.standing = 'winner' OR j.verdict = 'tombstoned' THEN j.verdict
             WHEN n.standing <> 'repetition' THEN n.standing
             WHEN j.verdict = 'applied' THEN 'unchanged'
             ELSE j.verdict
           END AS verdict) v
  WHERE j.verdict <> 'raced' AND (n.source NOT IN ('backfill', 'just_in_time') OR v.verdict = 'applied')
  ORDER BY n.place
  RETURNING clerk_id, change_no
), pruned AS (
  DELETE FROM users.changes WHERE ctid = ANY (ARRAY(
    SELECT o.ctid FROM noted n
    CROSS JOIN LATERAL (
      SELECT c.ctid FROM users.changes c WHERE c.clerk_id = n.clerk_id ORDER BY c.change_no DESC OFFSET 50) o
    WHERE n.change_no % 16 = 0))
)
SELECT j.clerk_id, j.verdict FROM judged j CROSS JOIN (SELECT count(*) FROM announced) a
)sql",
                           18, 2};

// The columns that ReadUser expects, from the row `u`.
#define INKWELL_USER_COLUMNS                                                                                               \
  "u.clerk_id, u.email, u.first_name, u.last_name, u.username, u.image_url, u.public_metadata::text, u.banned, u.locked, " \
  "u.clerk_created_at, u.clerk_updated_at, (extract(epoch FROM u.deleted_at) * 1000000)::bigint, "                         \
  "(extract(epoch FROM u.synced_at) * 1000000)::bigint"
constexpr int kUserColumns = 13;

constexpr Statement kFind{"find_users",
                          "SELECT " INKWELL_USER_COLUMNS
                          " FROM unnest($1::text[]) AS wanted(clerk_id)"
                          " CROSS JOIN LATERAL (SELECT * FROM users.users r WHERE r.clerk_id = wanted.clerk_id LIMIT 1) u",
                          1, kUserColumns};

constexpr Statement kList{"list_users",
                          "SELECT " INKWELL_USER_COLUMNS
                          " FROM users.users u WHERE u.clerk_id > $1::text AND u.deleted_at IS NULL"
                          " ORDER BY u.clerk_id LIMIT $2::bigint",
                          2, kUserColumns};

// One row at least: the snapshot's own facts come also when there is no change. pg_control_checkpoint() would name the timeline
// only after a promoted server's first checkpoint; the name of the current WAL segment has it at once.
constexpr Statement kReadChanges{"read_user_changes",
                                 "SELECT " INKWELL_USER_COLUMNS
                                 ", u.change_xid, s.database, s.next_xid, s.held_back, s.after_stands "
                                 R"sql(
FROM (
  SELECT (SELECT system_identifier FROM pg_control_system()) || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-'
           || (SELECT oid FROM pg_database WHERE datname = current_database()) AS database,
         pg_snapshot_xmax(pg_current_snapshot()) AS next_xid,
         EXISTS (SELECT FROM users.users WHERE change_xid >= pg_snapshot_xmin(pg_current_snapshot())) AS held_back,
         $2::text = '' OR EXISTS (SELECT FROM users.users WHERE clerk_id = $2::text AND change_xid >= $1::xid8) AS after_stands
) s
LEFT JOIN LATERAL (
  SELECT * FROM users.users r
  WHERE (r.change_xid, r.clerk_id) > ($1::xid8, $2::text) AND r.change_xid < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY r.change_xid, r.clerk_id LIMIT $3::bigint) u ON true
ORDER BY u.change_xid, u.clerk_id)sql",
                                 3, kUserColumns + 5};

constexpr Statement kExplain{"explain_user", R"sql(
SELECT u.clerk_updated_at, (extract(epoch FROM u.deleted_at) * 1000000)::bigint, c.source, c.event_id, c.clerk_updated_at,
       c.verdict, (extract(epoch FROM c.received_at) * 1000000)::bigint
FROM (SELECT $1::text AS clerk_id) w
LEFT JOIN LATERAL (SELECT * FROM users.users r WHERE r.clerk_id = w.clerk_id LIMIT 1) u ON true
LEFT JOIN LATERAL (
  SELECT * FROM users.changes r WHERE r.clerk_id = w.clerk_id ORDER BY r.change_no DESC LIMIT $2::bigint) c ON true
ORDER BY c.change_no DESC)sql",
                             2, 7};

constexpr Statement kCount{"count_users", "SELECT count(*) FROM users.users WHERE deleted_at IS NULL", 0, 1};

constexpr Statement kRestamp{"restamp_restored_changes",
                             "UPDATE users.users SET change_xid = pg_current_xact_id()"
                             " WHERE change_xid >= pg_snapshot_xmax(pg_current_snapshot())",
                             0, 0};

constexpr std::array<const char*, 4> kSourceNames{"webhook", "just_in_time", "backfill", "profile_write"};
constexpr std::array<const char*, 4> kVerdictNames{"applied", "unchanged", "older", "tombstoned"};
constexpr std::array<const char*, 4> kStandingNames{"winner", "repetition", "older", "tombstoned"};

template <typename E>
const char* NameIn(const std::array<const char*, 4>& names, E value) {
  return names.at(static_cast<std::size_t>(value));
}

template <typename E>
std::optional<E> ValueIn(const std::array<const char*, 4>& names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name == names.at(i)) return static_cast<E>(i);
  }
  return std::nullopt;
}

std::int64_t Milliseconds(ClerkTime time) { return time.time_since_epoch().count(); }

// The arrays that kApply unnests for the notes.
struct NoteColumns {
  explicit NoteColumns(std::span<const ChangeNote> notes) {
    for (const ChangeNote& note : notes) {
      ids.push_back(note.user_id);
      sources.emplace_back(NameIn(kSourceNames, note.origin->source));
      event_ids.push_back(note.origin->event_id.empty() ? std::nullopt : std::optional(note.origin->event_id));
      versions.push_back(note.version ? std::optional(std::to_string(Milliseconds(*note.version))) : std::nullopt);
      standings.emplace_back(NameIn(kStandingNames, note.standing));
    }
  }

  std::vector<std::string_view> ids, sources, standings;
  std::vector<std::optional<std::string>> event_ids, versions;
};

// The arrays that kApply unnests.
struct EventColumns {
  explicit EventColumns(EventRefs events);
  [[nodiscard]] Result<Rows> Execute(Connection& connection, const NoteColumns& notes) const;

  std::vector<std::string_view> ids;
  std::vector<std::optional<std::string>> emails, first_names, last_names, usernames, image_urls, metadata, hashes;
  std::vector<bool> banned, locked, deleted;
  std::vector<std::int64_t> created, updated;
};

std::string Hex(const ContentHash& hash) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(hash.size() * 2);
  for (const std::uint8_t byte : hash) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0xf]);
  }
  return text;
}

EventColumns::EventColumns(EventRefs events) {
  static const UserState kErased{};
  for (const UserEvent* event : events) {
    const auto* state = std::get_if<UserState>(event);
    const User& user = state != nullptr ? state->user : kErased.user;
    ids.push_back(UserIdOf(*event));
    emails.push_back(user.email);
    first_names.push_back(user.first_name);
    last_names.push_back(user.last_name);
    usernames.push_back(user.username);
    image_urls.push_back(user.image_url);
    metadata.push_back(state != nullptr ? std::optional(user.public_metadata) : std::nullopt);
    hashes.push_back(state != nullptr ? std::optional(Hex(state->version.hash)) : std::nullopt);
    banned.push_back(user.banned);
    locked.push_back(user.locked);
    deleted.push_back(state == nullptr);
    created.push_back(Milliseconds(user.created_at));
    updated.push_back(Milliseconds(user.updated_at));
  }
}

Result<Rows> EventColumns::Execute(Connection& connection, const NoteColumns& notes) const {
  return connection.Execute(
      kApply,
      {Parameter::TextArray(ids), Parameter::TextArray(emails), Parameter::TextArray(first_names),
       Parameter::TextArray(last_names), Parameter::TextArray(usernames), Parameter::TextArray(image_urls),
       Parameter::TextArray(metadata), Parameter::BoolArray(banned), Parameter::BoolArray(locked),
       Parameter::IntegerArray(created), Parameter::IntegerArray(updated), Parameter::TextArray(hashes),
       Parameter::BoolArray(deleted), Parameter::TextArray(notes.ids), Parameter::TextArray(notes.sources),
       Parameter::TextArray(notes.event_ids), Parameter::TextArray(notes.versions), Parameter::TextArray(notes.standings)});
}

StoredUser ReadUser(const Rows& rows, std::size_t row) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  StoredUser stored;
  stored.user.id = rows.Text(row, 0);
  stored.user.email = rows.OptionalText(row, 1);
  stored.user.first_name = rows.OptionalText(row, 2);
  stored.user.last_name = rows.OptionalText(row, 3);
  stored.user.username = rows.OptionalText(row, 4);
  stored.user.image_url = rows.OptionalText(row, 5);
  if (!rows.IsNull(row, 6)) stored.user.public_metadata = rows.Text(row, 6);
  stored.user.banned = rows.Bool(row, 7);
  stored.user.locked = rows.Bool(row, 8);
  if (!rows.IsNull(row, 9)) stored.user.created_at = ClerkTime{milliseconds{rows.Integer(row, 9)}};
  if (!rows.IsNull(row, 10)) stored.user.updated_at = ClerkTime{milliseconds{rows.Integer(row, 10)}};
  if (!rows.IsNull(row, 11)) stored.deleted_at = CopyTime{microseconds{rows.Integer(row, 11)}};
  stored.synced_at = CopyTime{microseconds{rows.Integer(row, 12)}};
  return stored;
}

std::vector<StoredUser> ReadUsers(const Rows& rows) {
  std::vector<StoredUser> users;
  users.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) users.push_back(ReadUser(rows, row));
  return users;
}

std::uint64_t ReadTransaction(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> SessionSettings() {
  return {{"plan_cache_mode", "force_generic_plan"}, {"enable_seqscan", "off"}, {"jit", "off"}};
}

Result<std::vector<Verdict>> PostgresUserRepository::Apply(EventRefs events, std::span<const ChangeNote> notes,
                                                           Deadline deadline) {
  std::map<std::string, Verdict, std::less<>> verdicts;
  std::vector<const UserEvent*> undecided(events.begin(), events.end());
  std::vector<ChangeNote> not_noted(notes.begin(), notes.end());
  // The second round decides all that raced: versions only rise, so its snapshot shows what the first round met, or something
  // newer.
  for (int round = 0; round < 2 && !undecided.empty(); ++round) {
    const EventColumns columns(undecided);
    const NoteColumns note_columns(not_noted);
    auto rows = database_.Run<Rows>(deadline, [&](Connection& connection) { return columns.Execute(connection, note_columns); });
    if (!rows) return InUsersWords<std::vector<Verdict>>(tl::unexpected<Error>(std::move(rows).error()));
    for (std::size_t row = 0; row < rows->size(); ++row) {
      // Nothing for 'raced'.
      if (const auto verdict = ValueIn<Verdict>(kVerdictNames, rows->Text(row, 1)))
        verdicts.emplace(rows->Text(row, 0), *verdict);
    }
    std::erase_if(undecided, [&](const UserEvent* event) { return verdicts.contains(UserIdOf(*event)); });
    std::erase_if(not_noted, [&](const ChangeNote& note) { return verdicts.contains(note.user_id); });
  }
  if (!undecided.empty()) return Fail(Code::kInternal, reason::kInternal, "The version rule gave no verdict.");
  std::vector<Verdict> in_order;
  in_order.reserve(events.size());
  for (const UserEvent* event : events) in_order.push_back(verdicts.find(UserIdOf(*event))->second);
  return in_order;
}

Result<std::vector<StoredUser>> PostgresUserRepository::Find(std::span<const std::string> user_ids, Deadline deadline) {
  const std::vector<std::string_view> ids(user_ids.begin(), user_ids.end());
  return InUsersWords(database_.Run<std::vector<StoredUser>>(
      deadline, [&](Connection& connection) { return connection.Execute(kFind, {Parameter::TextArray(ids)}).map(ReadUsers); }));
}

Result<std::vector<StoredUser>> PostgresUserRepository::List(std::string_view after, int limit, Deadline deadline) {
  return InUsersWords(database_.Run<std::vector<StoredUser>>(deadline, [&](Connection& connection) {
    return connection.Execute(kList, {after, limit}).map(ReadUsers);
  }));
}

Result<ChangePage> PostgresUserRepository::ReadChanges(const ChangePosition& after, int limit, Deadline deadline) {
  const auto read = [limit](const Rows& rows) {
    ChangePage page;
    page.database = rows.Text(0, kUserColumns + 1);
    page.next_transaction = ReadTransaction(rows.Text(0, kUserColumns + 2));
    page.held_back = rows.Bool(0, kUserColumns + 3);
    page.after_stands = rows.Bool(0, kUserColumns + 4);
    if (rows.IsNull(0, kUserColumns)) return page;
    page.changes.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      page.changes.push_back({ReadUser(rows, row), ReadTransaction(rows.Text(row, kUserColumns))});
    }
    page.more = page.changes.size() == static_cast<std::size_t>(limit);
    return page;
  };
  return InUsersWords(database_.Run<ChangePage>(deadline, [&](Connection& connection) {
    return connection.Execute(kReadChanges, {std::to_string(after.transaction), after.user_id, limit}).map(read);
  }));
}

Result<std::int64_t> PostgresUserRepository::RestampRestoredChanges(Deadline deadline) {
  return InUsersWords(database_.Transact<std::int64_t>(deadline, [&](Connection& connection) -> Result<std::int64_t> {
    // It may touch every row once: only the deadline bounds it, not the time-out of the statements that serve requests.
    if (auto set = connection.ExecuteScript("SET LOCAL statement_timeout = 0"); !set) return tl::unexpected(set.error());
    return connection.Execute(kRestamp).map([](const Rows& rows) { return rows.affected(); });
  }));
}

Result<Explanation> PostgresUserRepository::Explain(const std::string& user_id, Deadline deadline) {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  const auto read = [](const Rows& rows) {
    Explanation explanation;
    if (!rows.IsNull(0, 0)) explanation.version = ClerkTime{milliseconds{rows.Integer(0, 0)}};
    if (!rows.IsNull(0, 1)) explanation.deleted_at = CopyTime{microseconds{rows.Integer(0, 1)}};
    if (rows.IsNull(0, 2)) return explanation;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      NotedChange& change = explanation.changes.emplace_back();
      change.origin.source = ValueIn<ChangeSource>(kSourceNames, rows.Text(row, 2)).value_or(ChangeSource::kWebhook);
      change.origin.event_id = rows.Text(row, 3);
      if (!rows.IsNull(row, 4)) change.version = ClerkTime{milliseconds{rows.Integer(row, 4)}};
      change.verdict = ValueIn<Verdict>(kVerdictNames, rows.Text(row, 5)).value_or(Verdict::kApplied);
      change.received_at = CopyTime{microseconds{rows.Integer(row, 6)}};
    }
    return explanation;
  };
  return InUsersWords(database_.Run<Explanation>(deadline, [&](Connection& connection) {
    return connection.Execute(kExplain, {user_id, kExplainedChanges}).map(read);
  }));
}

Result<std::int64_t> PostgresUserRepository::Count(Deadline deadline) {
  return InUsersWords(database_.Run<std::int64_t>(deadline, [&](Connection& connection) {
    return connection.Execute(kCount).map([](const Rows& rows) { return rows.Integer(0, 0); });
  }));
}

}  // namespace inkwell::users
