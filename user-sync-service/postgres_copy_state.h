#pragma once

#include "user-sync-service/copy_state.h"

namespace inkwell::runtime {
class Database;
}

namespace inkwell::users {

// The state in PostgreSQL: users.instance, users.instance_aliases and users.backfills. The copy was begun with its first
// migration.
class PostgresCopyState final : public CopyState {
 public:
  explicit PostgresCopyState(runtime::Database& database) : database_(database) {}

  [[nodiscard]] runtime::Result<std::string> PinInstance(const std::string& instance_id, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::optional<std::string>> PinnedInstance(runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<std::string>> InstanceAliases(runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<void> AddInstanceAliases(const std::vector<std::string>& aliases,
                                                         runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<void> NoteBackfill(const BackfillTotals& totals, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::chrono::milliseconds> SinceBackfill(runtime::Deadline deadline) override;

 private:
  runtime::Database& database_;
};

}  // namespace inkwell::users
