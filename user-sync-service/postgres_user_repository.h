#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "user-sync-service/user_repository.h"

namespace inkwell::runtime {
class Database;
}

namespace inkwell::users {

// Settings that the sessions of the repository need, for DatabaseOptions::session_settings: plans that do not depend on how full
// the tables were when the first caller came. A connection lives for long, and a plan that was made while a table was empty would
// scan it whole while it grows.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> SessionSettings();

// The copy in PostgreSQL, schema `users` (migrations/). Each call is one statement, so one round trip and one commit.
class PostgresUserRepository final : public UserRepository {
 public:
  explicit PostgresUserRepository(runtime::Database& database) : database_(database) {}

  [[nodiscard]] runtime::Result<std::vector<Verdict>> Apply(EventRefs events, std::span<const ChangeNote> notes,
                                                            runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<Explanation> Explain(const std::string& user_id, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::int64_t> Count(runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<StoredUser>> Find(std::span<const std::string> user_ids,
                                                              runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<StoredUser>> List(std::string_view after, int limit,
                                                              runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<ChangePage> ReadChanges(const ChangePosition& after, int limit,
                                                        runtime::Deadline deadline) override;

  // A dump restored into another cluster brings transaction numbers from where it was made. Those that this cluster has not
  // reached would never be delivered by ReadChanges: such rows are stamped anew. Run after migrating; returns how many there
  // were.
  [[nodiscard]] runtime::Result<std::int64_t> RestampRestoredChanges(runtime::Deadline deadline);

 private:
  runtime::Database& database_;
};

}  // namespace inkwell::users
