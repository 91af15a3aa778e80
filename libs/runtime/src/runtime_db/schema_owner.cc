#include "runtime_db/schema_owner.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "runtime/log.h"
#include "runtime_db/migrator.h"
#include "runtime_db/schema_preparation.h"

namespace inkwell::runtime {
namespace {

// It becomes part of SQL text, in double quotes.
bool IsRoleName(std::string_view role) {
  return !role.empty() && role.size() < 64 && std::all_of(role.begin(), role.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
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
  if (!IsRoleName(role)) {
    return Fail(Code::kInvalidArgument, "INVALID_ROLE", "A role's name has 1 to 63 of A-Z a-z 0-9 _ -.");
  }
  std::string script;
  const auto add = [&](std::string_view privileges, std::string_view objects, std::string_view direction) {
    script.append(privileges).append(" ON ").append(objects).append(schema).append(direction);
    script.append(" \"").append(role).append("\";");
  };
  add("GRANT USAGE", "SCHEMA ", " TO");
  add("GRANT SELECT, INSERT, UPDATE, DELETE", "ALL TABLES IN SCHEMA ", " TO");
  add("GRANT USAGE", "ALL SEQUENCES IN SCHEMA ", " TO");
  add("REVOKE INSERT, UPDATE, DELETE", "", ".schema_migrations FROM");
  return database.Transact<void>(deadline, [&](Connection& connection) { return connection.ExecuteScript(script); });
}

int MigrateAndEnd(const MigrationRun& run, ShutdownSignal& shutdown) {
  const auto database = Database::Create(run.database);
  if (!database) {
    log::Error("the database's URL cannot be used", {{"reason", database.error().reason}});
    return 2;
  }
  std::atomic<int> exit_code{1};
  const auto end = [&exit_code](int code) {
    exit_code = code;
    kill(getpid(), SIGTERM);
  };
  const auto migrate = [&](Deadline deadline) -> Result<void> {
    if (const auto applied = Migrate(**database, run.schema, run.files, deadline); !applied) {
      return tl::unexpected<Error>(applied.error());
    }
    if (run.role.empty()) return {};
    return GrantUse(**database, run.schema, run.role, deadline);
  };
  OwnersPatience patience(run.patience);
  const auto prepare = [&](Deadline deadline) {
    return migrate(deadline).map_error([&](Error error) { return patience.Judge(std::move(error)); });
  };
  const SchemaPreparation preparation(
      prepare, [&] { end(0); }, [&] { end(1); });
  shutdown.Wait();
  return exit_code;
}

}  // namespace inkwell::runtime
