#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "user-sync-service/user_repository.h"

namespace inkwell::users {

// The copy in memory: the port's contract without PostgreSQL, plus the failures that tests ask for. Thread-safe.
class FakeUserRepository final : public UserRepository {
 public:
  runtime::Result<std::vector<Verdict>> Apply(EventRefs events, std::span<const ChangeNote> notes,
                                              runtime::Deadline deadline) override;
  runtime::Result<Explanation> Explain(const std::string& user_id, runtime::Deadline deadline) override;
  runtime::Result<std::int64_t> Count(runtime::Deadline deadline) override;
  runtime::Result<std::vector<StoredUser>> Find(std::span<const std::string> user_ids, runtime::Deadline deadline) override;
  runtime::Result<std::vector<StoredUser>> List(std::string_view after, int limit, runtime::Deadline deadline) override;
  runtime::Result<ChangePage> ReadChanges(const ChangePosition& after, int limit, runtime::Deadline deadline) override;

  // From now on every call fails with this; nullopt: works again.
  void FailWith(std::optional<runtime::Error> error);
  // An event about this user cannot be stored: INVALID_ARGUMENT / INVALID_FIELD for the whole call.
  void RefuseUser(std::string user_id);
  // Changes of this transaction and later ones are visible but not delivered, as while an older transaction is open. 0: none.
  void HoldBackFrom(std::uint64_t transaction);
  // The database is another one now, as after a restore.
  void BecomeDatabase(std::string database);
  // Keeps the rows as they are, and puts them back: a logical restore of the same database.
  void Dump();
  void Restore();

  [[nodiscard]] std::vector<std::size_t> apply_sizes() const;  // how many events each call of Apply had
  [[nodiscard]] int finds() const;

 private:
  struct Row {
    StoredUser stored;
    Rank rank;
    std::uint64_t transaction = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Row, std::less<>> rows_;
  std::map<std::string, Row, std::less<>> dump_;
  std::map<std::string, std::vector<NotedChange>, std::less<>> notes_;  // newest first
  std::uint64_t last_transaction_ = 0;
  std::uint64_t held_back_from_ = 0;
  std::string database_ = "1-00000001-1";
  std::optional<runtime::Error> failure_;
  std::optional<std::string> refused_user_;
  std::vector<std::size_t> apply_sizes_;
  int finds_ = 0;
};

}  // namespace inkwell::users
