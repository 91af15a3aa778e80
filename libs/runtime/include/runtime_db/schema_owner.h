#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "embedded_file.h"
#include "runtime/deadline.h"
#include "runtime/error.h"
#include "runtime/shutdown.h"
#include "runtime_db/database.h"

// A service's schema can belong to one role while the service runs as another, which reads and writes rows and can change no
// table: whoever takes over the service's connection then cannot drop, alter or create anything.
namespace inkwell::runtime {

// Lets `role` read and write the rows of every table of the schema, but for the record of migrations, which it may only read. To
// be run by the schema's owner, after each migration; for itself it does nothing. Safe to repeat, also by several at once.
// Errors: INVALID_ARGUMENT / INVALID_ROLE (also if there is none of this name), and those of database.h.
[[nodiscard]] Result<void> GrantUse(Database& database, std::string_view schema, const std::string& role, Deadline deadline);

struct MigrationRun {
  DatabaseOptions database;  // as the schema's owner
  std::string_view schema;
  std::span<const EmbeddedFile> files;
  std::string role;                            // that the service runs as; empty: the owner itself
  std::chrono::milliseconds patience{60'000};  // with a PostgreSQL that cannot be reached, or does not let the owner in
};

// What a service does with MIGRATE_ONLY: brings the schema up to date as soon as PostgreSQL lets it, grants the role its use, and
// returns the program's exit code: 0 when that is done; 1 when it cannot be done (MIGRATION_FORBIDDEN: the database's role may
// not; DATABASE_UNAVAILABLE: no connection within the patience), or when a signal came first; 2 for a bad URL or role. The reason
// is logged.
[[nodiscard]] int MigrateAndEnd(const MigrationRun& run, ShutdownSignal& shutdown);

}  // namespace inkwell::runtime
