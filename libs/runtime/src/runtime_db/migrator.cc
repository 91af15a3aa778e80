#include "runtime_db/migrator.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "migration.h"
#include "runtime/log.h"

namespace inkwell::runtime {
namespace {

constexpr Statement kLock{"lock_migrations",
                          "SELECT pg_advisory_xact_lock(hashtextextended('inkwell migrations ' || $1, 0))::text", 1, 1};
constexpr Statement kTableExists{"find_migrations_table",
                                 "SELECT to_regclass(quote_ident($1) || '.schema_migrations') IS NOT NULL", 1, 1};
// Asked first: CREATE SCHEMA IF NOT EXISTS wants CREATE on the database also where the schema exists.
constexpr Statement kSchemaExists{"find_schema", "SELECT to_regnamespace(quote_ident($1)) IS NOT NULL", 1, 1};

struct Migration {
  std::int64_t number = 0;
  std::string name;
  std::string sha256;
  std::string_view sql;
};

std::string Sha256Hex(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kHex[digest[i] >> 4];
    hex += kHex[digest[i] & 0xF];
  }
  return hex;
}

// `0001_users.sql`, below any directory, is number 1, name "users".
std::optional<Migration> ParseFile(const EmbeddedFile& file) {
  std::string_view name = file.name.substr(file.name.rfind('/') + 1);
  if (name.size() < 10 || name[4] != '_' || !name.ends_with(".sql")) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + 4, number);
  if (error != std::errc() || end != name.data() + 4 || number < 1) return std::nullopt;
  return Migration{number, std::string(name.substr(5, name.size() - 9)), Sha256Hex(file.content), file.content};
}

Result<std::vector<Migration>> ParseFiles(std::span<const EmbeddedFile> files) {
  std::vector<Migration> migrations;
  for (const EmbeddedFile& file : files) {
    std::optional<Migration> migration = ParseFile(file);
    if (!migration) {
      return Fail(Code::kInvalidArgument, "MIGRATION_NAME", "A migration's name is not NNNN_what.sql.",
                  {{"file", std::string(file.name)}});
    }
    migrations.push_back(*std::move(migration));
  }
  std::sort(migrations.begin(), migrations.end(), [](const Migration& a, const Migration& b) { return a.number < b.number; });
  const auto twice = std::adjacent_find(migrations.begin(), migrations.end(),
                                        [](const Migration& a, const Migration& b) { return a.number == b.number; });
  if (twice != migrations.end()) {
    return Fail(Code::kInvalidArgument, "MIGRATION_NAME", "Two migrations have one number.",
                {{"number", std::to_string(twice->number)}});
  }
  return migrations;
}

bool IsSchemaName(std::string_view schema) {
  return !schema.empty() && schema.size() < 64 && schema.front() != '_' &&
         std::all_of(schema.begin(), schema.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// Runs inside one transaction, so each step sees what the lock's holder before it committed.
class Step final {
 public:
  Step(Connection& connection, std::string_view schema) : connection_(connection), schema_(schema) {}

  Result<std::map<std::int64_t, std::string>> Recorded() {
    std::map<std::int64_t, std::string> recorded;
    Result<Rows> exists = connection_.Execute(kTableExists, {schema_});
    if (!exists) return tl::unexpected<Error>(std::move(exists).error());
    if (!exists->Bool(0, 0)) return recorded;
    const std::string sql = "SELECT number, sha256 FROM " + schema_ + ".schema_migrations";
    const Statement statement{"list_migrations", sql, 0, 2};
    Result<Rows> rows = connection_.Execute(statement);
    if (!rows) return tl::unexpected<Error>(std::move(rows).error());
    for (std::size_t row = 0; row < rows->size(); ++row) recorded.emplace(rows->Integer(row, 0), rows->Text(row, 1));
    return recorded;
  }

  Result<void> Apply(const Migration& migration) {
    Result<Rows> exists = connection_.Execute(kSchemaExists, {schema_});
    if (!exists) return tl::unexpected<Error>(std::move(exists).error());
    std::string script;
    if (!exists->Bool(0, 0)) script.append("CREATE SCHEMA ").append(schema_).append(";");
    script.append("CREATE TABLE IF NOT EXISTS ").append(schema_);
    script +=
        ".schema_migrations (number bigint PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now());\n";
    script += migration.sql;
    if (Result<void> applied = connection_.ExecuteScript(script); !applied) return applied;
    const std::string sql = "INSERT INTO " + schema_ + ".schema_migrations (number, name, sha256) VALUES ($1, $2, $3)";
    const Statement statement{"record_migration", sql, 3, 0};
    Result<Rows> inserted = connection_.Execute(statement, {migration.number, migration.name, migration.sha256});
    if (!inserted) return tl::unexpected<Error>(std::move(inserted).error());
    return {};
  }

 private:
  Connection& connection_;
  const std::string schema_;
};

// The first migration that is not recorded, once all that are recorded are the program's own; nullptr if there is none.
Result<const Migration*> NextMigration(const std::vector<Migration>& migrations, std::map<std::int64_t, std::string> recorded) {
  const Migration* next = nullptr;
  for (const Migration& migration : migrations) {
    const auto found = recorded.find(migration.number);
    if (found == recorded.end()) {
      if (next == nullptr) next = &migration;
      continue;
    }
    if (found->second != migration.sha256) {
      return Fail(Code::kFailedPrecondition, "MIGRATION_CHANGED", "A migration was changed after it had been applied.",
                  {{"number", std::to_string(migration.number)}});
    }
    recorded.erase(found);
  }
  if (!recorded.empty()) {
    return Fail(Code::kFailedPrecondition, "MIGRATION_UNKNOWN", "The database is newer than the program.",
                {{"number", std::to_string(recorded.begin()->first)}});
  }
  return next;
}

// Applies one migration in one transaction, and tells which; nullptr if none was left. The lock belongs to that transaction,
// hence to the session that does the work.
Result<const Migration*> ApplyNext(Connection& connection, std::string_view schema, const std::vector<Migration>& migrations) {
  Step step(connection, schema);
  if (Result<void> locked = LockMigrations(connection, schema); !locked) return tl::unexpected<Error>(std::move(locked).error());
  auto recorded = step.Recorded();
  if (!recorded) return tl::unexpected<Error>(std::move(recorded).error());
  Result<const Migration*> next = NextMigration(migrations, *std::move(recorded));
  if (!next || *next == nullptr) return next;
  if (Result<void> applied = step.Apply(**next); !applied) {
    Error error = std::move(applied).error();
    error.metadata.emplace("migration", (*next)->name);
    return tl::unexpected<Error>(std::move(error));
  }
  return next;
}

// The role may not do what is left to do: its owner has to (schema_owner.h).
Error InMigratorsWords(Error error) {
  constexpr std::string_view kInsufficientPrivilege = "42501";
  const auto sqlstate = error.metadata.find("sqlstate");
  if (sqlstate == error.metadata.end() || sqlstate->second != kInsufficientPrivilege) return error;
  return {Code::kFailedPrecondition, "MIGRATION_PENDING",
          "The schema is not up to date, and this role may not change it. Run the program with --migrate-only as its owner.",
          std::move(error.metadata)};
}

}  // namespace

// Waiting for another process and building an index may take longer than a request may: only the deadline bounds them. The locks
// of the DDL keep their timeout, so that a migration cannot stop the traffic of the version that still runs.
Result<void> LockMigrations(Connection& connection, std::string_view schema) {
  if (auto set = connection.ExecuteScript("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"); !set) return set;
  Result<Rows> locked = connection.Execute(kLock, {schema});
  if (!locked) return tl::unexpected<Error>(std::move(locked).error());
  return connection.ExecuteScript("SET LOCAL lock_timeout TO DEFAULT");
}

Result<int> Migrate(Database& database, std::string_view schema, std::span<const EmbeddedFile> files, Deadline deadline) {
  return MigrateAndFinish(database, schema, files, deadline, [](Connection&) -> Result<void> { return {}; });
}

Result<int> MigrateAndFinish(Database& database, std::string_view schema, std::span<const EmbeddedFile> files, Deadline deadline,
                             const std::function<Result<void>(Connection&)>& finish) {
  // The name becomes part of SQL text; it is a constant of ours, and is checked all the same.
  if (!IsSchemaName(schema)) return Fail(Code::kInvalidArgument, "INVALID_SCHEMA", "The schema's name is not a plain word.");
  Result<std::vector<Migration>> migrations = ParseFiles(files);
  if (!migrations) return tl::unexpected<Error>(std::move(migrations).error());
  const auto step = [&](Connection& connection) -> Result<const Migration*> {
    Result<const Migration*> applied = ApplyNext(connection, schema, *migrations);
    if (!applied) return applied;
    return finish(connection).map([&] { return *applied; });
  };
  for (int count = 0;; ++count) {
    Result<const Migration*> applied = database.Transact<const Migration*>(deadline, step);
    if (!applied) return tl::unexpected<Error>(InMigratorsWords(std::move(applied).error()));
    if (*applied == nullptr) return count;
    log::Info("applied a migration", {{"schema", schema}, {"number", (*applied)->number}, {"name", (*applied)->name}});
  }
}

}  // namespace inkwell::runtime
