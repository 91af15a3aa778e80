#pragma once

#include <span>
#include <string>

#include "embedded_file.h"
#include "runtime/deadline.h"
#include "runtime/error.h"
#include "runtime_db/database.h"

namespace inkwell::runtime {

// Brings `schema` to the state that the files describe: creates the schema and its table `schema_migrations` where missing, then
// applies, in the order of their numbers and each in a transaction, the files named `NNNN_what.sql` that are not recorded yet.
// Several processes may start at once: an advisory lock lets one at a time work. Forward only. Fails with FAILED_PRECONDITION /
// MIGRATION_CHANGED when a recorded file's SHA-256 differs, / MIGRATION_UNKNOWN when the database is newer than the program, or
// / MIGRATION_PENDING when something is to be applied and the role may not. If nothing is, no DDL privilege is needed.
[[nodiscard]] Result<int> Migrate(Database& database, std::string_view schema, std::span<const EmbeddedFile> files,
                                  Deadline deadline);

}  // namespace inkwell::runtime
