#include "runtime_db/schema_owner.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "migration.h"
#include "runtime/log.h"
#include "runtime_db/schema_preparation.h"

namespace inkwell::runtime {
namespace {

constexpr Statement kRole{"find_role", "SELECT to_regrole(quote_ident($1)) IS NOT NULL, $1 = current_user", 1, 2};

// It becomes part of SQL text, in double quotes.
bool IsRoleName(std::string_view role) {
  return !role.empty() && role.size() < 64 && std::all_of(role.begin(), role.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// In the transaction that holds the lock of the migrations: of two GRANTs at once on one table, one would fail.
Result<void> GrantUseUnderLock(Connection& connection, std::string_view schema, const std::string& role) {
  Result<Rows> found = connection.Execute(kRole, {role});
  if (!found) return tl::unexpected<Error>(std::move(found).error());
  if (!found->Bool(0, 0)) return Fail(Code::kInvalidArgument, "INVALID_ROLE", "The service's role does not exist.");
  // The owner has its use, and a REVOKE would take away its right to record migrations.
  if (found->Bool(0, 1)) return {};
  std::string script;
  const auto add = [&](std::string_view privileges, std::string_view objects, std::string_view direction) {
    script.append(privileges).append(" ON ").append(objects).append(schema).append(direction);
    script.append(" \"").append(role).append("\";");
  };
  add("GRANT USAGE", "SCHEMA ", " TO");
  add("GRANT SELECT, INSERT, UPDATE, DELETE", "ALL TABLES IN SCHEMA ", " TO");
  add("GRANT USAGE", "ALL SEQUENCES IN SCHEMA ", " TO");
  add("REVOKE INSERT, UPDATE, DELETE", "", ".schema_migrations FROM");
  return connection.ExecuteScript(script);
}

tl::unexpected<Error> NoRoleName() {
  return Fail(Code::kInvalidArgument, "INVALID_ROLE", "A role's name has 1 to 63 of A-Z a-z 0-9 _ -.");
}

// Tells the owner's errors that no waiting mends from those that may pass.
class OwnersPatience final {
 public:
  explicit OwnersPatience(std::chrono::milliseconds patience) : patience_(patience) {}

  Error Judge(Error error) {
    // To a service that means that the owner is expected. This is the owner, and nobody else will come.
    if (error.reason == "MIGRATION_PENDING") {
      return {Code::kFailedPrecondition, "MIGRATION_FORBIDDEN",
              "This role may not bring the schema up to date: it has to own its tables, with CREATE on the schema or, where that "
              "is missing, on the database.",
              std::move(error.metadata)};
    }
    const auto now = std::chrono::steady_clock::now();
    if (!IsOutOfReach(error)) {
      out_of_reach_since_.reset();
    } else if (now - out_of_reach_since_.value_or(now) >= patience_) {
      error.code = Code::kFailedPrecondition;
    } else if (!out_of_reach_since_) {
      out_of_reach_since_ = now;
    }
    return error;
  }

 private:
  // A deadline that no statement met (it would have told its SQLSTATE) passed while a connection was waited for.
  static bool IsOutOfReach(const Error& error) {
    return error.code == Code::kUnavailable || (error.code == Code::kDeadlineExceeded && !error.metadata.contains("sqlstate"));
  }

  const std::chrono::milliseconds patience_;
  std::optional<Deadline> out_of_reach_since_;
};

}  // namespace

Result<void> GrantUse(Database& database, std::string_view schema, const std::string& role, Deadline deadline) {
  if (!IsRoleName(role)) return NoRoleName();
  return database.Transact<void>(deadline, [&](Connection& connection) -> Result<void> {
    if (auto locked = LockMigrations(connection, schema); !locked) return locked;
    return GrantUseUnderLock(connection, schema, role);
  });
}

int MigrateAndEnd(const MigrationRun& run, ShutdownSignal& shutdown) {
  const auto database = Database::Create(run.database);
  if (!database) {
    log::Error("the database's URL cannot be used", {{"reason", database.error().reason}});
    return 2;
  }
  if (!run.role.empty() && !IsRoleName(run.role)) {
    const Error error = NoRoleName().value();
    log::Error("the service's role cannot be used", {{"reason", error.reason}, {"detail", error.message}});
    return 2;
  }
  std::atomic<int> exit_code{1};
  const auto end = [&exit_code](int code) {
    exit_code = code;
    kill(getpid(), SIGTERM);
  };
  const auto finish = [&](Connection& connection) -> Result<void> {
    return run.role.empty() ? Result<void>() : GrantUseUnderLock(connection, run.schema, run.role);
  };
  OwnersPatience patience(run.patience);
  int failure = 1;
  const auto prepare = [&](Deadline deadline) -> Result<void> {
    auto applied = MigrateAndFinish(**database, run.schema, run.files, deadline, finish);
    if (applied) return {};
    Error error = patience.Judge(std::move(applied).error());
    if (error.code == Code::kInvalidArgument) failure = 2;
    return tl::unexpected<Error>(std::move(error));
  };
  const SchemaPreparation preparation(
      prepare, [&] { end(0); }, [&] { end(failure); });
  shutdown.Wait();
  return exit_code;
}

}  // namespace inkwell::runtime
