#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "posts-service/post.h"
#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::posts {

// What became of one creation.
struct CreateOutcome {
  enum class Kind {
    kCreated,
    kUnknownAuthor,  // there is no such author, or none that is confirmed
    kBannedAuthor,
    kIdTaken,   // `existing` is the author's post with this id
    kKeyTaken,  // the idempotency key made `existing` (absent: that post was deleted), asked for by `request_hash`
  };
  Kind kind = Kind::kUnknownAuthor;
  std::optional<Post> existing;
  std::string request_hash;
};

// What became of one change or removal.
struct ChangeOutcome {
  // kFailed: this change alone met `error`, after others of the call were committed.
  enum class Kind { kDone, kNotFound, kBannedAuthor, kVersionMismatch, kFailed };
  Kind kind = Kind::kNotFound;
  std::optional<Post> post;  // after a change that is done
  std::optional<runtime::Error> error{};
};

// What the contents read by one call of PostRepository::List may weigh together, however many lists it is for: one statement must
// not fill the memory, and light lists must not wait for heavy ones.
inline constexpr std::int64_t kMaxListBytes = 16 << 20;

// What the content of one post may weigh if all lists are full of such posts.
inline std::int64_t ShareOfPost(std::span<const PostQuery> queries) {
  std::int64_t posts = 1;
  for (const PostQuery& query : queries) posts += query.limit;
  return kMaxListBytes / posts;
}

// Where posts are kept: the port. Every call takes what was waiting together, carries it out in one
// transaction whose commit is over when the call returns, and answers each item by its place. An error means that nothing took
// effect, unless it is UNAVAILABLE or DEADLINE_EXCEEDED: then nobody knows. Errors are those of runtime_db/database.h.
// Thread-safe; blocks.
class PostRepository {
 public:
  virtual ~PostRepository() = default;

  // Creations without idempotency key. No two may have the same author and id.
  [[nodiscard]] virtual runtime::Result<std::vector<CreateOutcome>> Create(std::span<const NewPost> posts,
                                                                           runtime::Deadline deadline) = 0;
  // Creations with one. No two may have the same author and key, or the same author and id. A key older than 24 hours is free.
  [[nodiscard]] virtual runtime::Result<std::vector<CreateOutcome>> CreateWithKeys(std::span<const NewPost> posts,
                                                                                   runtime::Deadline deadline) = 0;
  [[nodiscard]] virtual runtime::Result<std::vector<std::optional<Post>>> Get(std::span<const PostKey> keys,
                                                                              runtime::Deadline deadline) = 0;
  // Queries without text. Absent is a list with a post that weighs more than its share (ShareOfPost): it is for ListAlone.
  using Lists = std::vector<std::optional<std::vector<Post>>>;
  [[nodiscard]] virtual runtime::Result<Lists> List(ListKind kind, std::span<const PostQuery> queries,
                                                    runtime::Deadline deadline) = 0;
  // One of these lists, bounded by its `max_bytes`.
  [[nodiscard]] virtual runtime::Result<std::vector<Post>> ListAlone(ListKind kind, const PostQuery& query,
                                                                     runtime::Deadline deadline) = 0;
  // Empty at the end: a scan that finds anything finds at least one post, whatever it weighs.
  [[nodiscard]] virtual runtime::Result<std::vector<Post>> Scan(const PostScan& scan, runtime::Deadline deadline) = 0;
  // One query with text: case-insensitive, whatever the language. Bounded by its `max_bytes`.
  [[nodiscard]] virtual runtime::Result<std::vector<Post>> Search(const PostQuery& query, runtime::Deadline deadline) = 0;
  // No two may be of the same post. Each change makes the post's version later, also if the clock went back.
  [[nodiscard]] virtual runtime::Result<std::vector<ChangeOutcome>> Update(std::span<const PostChange> changes,
                                                                           runtime::Deadline deadline) = 0;
  // No two may be of the same post.
  [[nodiscard]] virtual runtime::Result<std::vector<ChangeOutcome>> Delete(std::span<const PostRemoval> removals,
                                                                           runtime::Deadline deadline) = 0;
  // Forgets up to `limit` idempotency keys made before `before`; returns how many.
  [[nodiscard]] virtual runtime::Result<std::int64_t> ForgetKeys(Timestamp before, int limit, runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::posts
