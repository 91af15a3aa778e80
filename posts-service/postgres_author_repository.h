#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "posts-service/author_repository.h"

namespace inkwell::runtime {
class Database;
}

namespace inkwell::posts {

// Authors in PostgreSQL (schema `posts`). Every statement takes its rows in the order of the author ids, as the writers of posts
// do, so that no two wait for each other in a circle; where they do for another reason, PostgreSQL ends one of them and the
// caller tries again. Thread-safe.
class PostgresAuthorRepository final : public AuthorRepository {
 public:
  explicit PostgresAuthorRepository(runtime::Database& database) : database_(database) {}

  [[nodiscard]] runtime::Result<std::vector<AuthorRow>> AddUnconfirmed(std::span<const std::string> author_ids,
                                                                       runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<bool>> Confirm(std::span<const Confirmation> confirmations,
                                                           runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<void> RemoveUnconfirmed(std::span<const AuthorRow> rows, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<AuthorRow>> FindUnconfirmed(std::chrono::seconds age,
                                                                        const std::string& after_author_id, int limit,
                                                                        runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<FollowState> ReadFollowState(runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<bool> ApplyChanges(const FollowState& state, const UserChanges& changes,
                                                   runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<bool> BeginResync(const FollowState& state, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::int64_t> CountAuthors(runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<AuthorRow>> FindUnseen(std::int64_t resync, const std::string& after_author_id,
                                                                   int limit, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<void> MarkSeen(const AuthorRow& row, std::int64_t resync, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<void> RemoveUnseen(const AuthorRow& row, std::int64_t resync,
                                                   runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<void> FinishResync(std::int64_t resync, runtime::Deadline deadline) override;

 private:
  [[nodiscard]] runtime::Result<void> ClearAuthors(const std::vector<std::string_view>& author_ids, runtime::Deadline deadline);

  runtime::Database& database_;
};

}  // namespace inkwell::posts
