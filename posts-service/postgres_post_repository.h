#pragma once

#include <span>
#include <vector>

#include "posts-service/post_repository.h"

namespace inkwell::runtime {
class Database;
}

namespace inkwell::posts {

// Posts in PostgreSQL (schema `posts`). A batch is one statement, which commits by itself: one round trip. A second statement is
// needed only to explain why an item was left out. Thread-safe.
class PostgresPostRepository final : public PostRepository {
 public:
  explicit PostgresPostRepository(runtime::Database& database) : database_(database) {}

  [[nodiscard]] runtime::Result<std::vector<CreateOutcome>> Create(std::span<const NewPost> posts,
                                                                   runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<CreateOutcome>> CreateWithKeys(std::span<const NewPost> posts,
                                                                           runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<std::optional<Post>>> Get(std::span<const PostKey> keys,
                                                                      runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<Lists> List(ListKind kind, std::span<const PostQuery> queries,
                                            runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<Post>> ListAlone(ListKind kind, const PostQuery& query,
                                                             runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<Post>> Scan(const PostScan& scan, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<Post>> Search(const PostQuery& query, runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<ChangeOutcome>> Update(std::span<const PostChange> changes,
                                                                   runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::vector<ChangeOutcome>> Delete(std::span<const PostRemoval> removals,
                                                                   runtime::Deadline deadline) override;
  [[nodiscard]] runtime::Result<std::int64_t> ForgetKeys(Timestamp before, int limit, runtime::Deadline deadline) override;

 private:
  runtime::Database& database_;
};

}  // namespace inkwell::posts
