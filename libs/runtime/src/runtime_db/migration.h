#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "embedded_file.h"
#include "runtime_db/database.h"

namespace inkwell::runtime {

// Waits, until the connection's deadline, for the right to change the schema: one process at a time has it, until its transaction
// ends. Statements of the transaction have no timeout of their own from here on.
[[nodiscard]] Result<void> LockMigrations(Connection& connection, std::string_view schema);

// Migrate of migrator.h. `finish` runs at the end of each transaction, so under the lock and before anybody sees what was
// migrated: of one for every migration, and of a last one that finds nothing to do.
[[nodiscard]] Result<int> MigrateAndFinish(Database& database, std::string_view schema, std::span<const EmbeddedFile> files,
                                           Deadline deadline, const std::function<Result<void>(Connection&)>& finish);

}  // namespace inkwell::runtime
