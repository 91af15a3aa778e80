#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "posts-service/user_directory.h"
#include "runtime/deadline.h"
#include "runtime/error.h"

namespace inkwell::posts {

// A row of authors in one of its lives: if it is removed and added again, the incarnation is another.
struct AuthorRow {
  std::string author_id;
  std::int64_t incarnation = 0;
  bool confirmed = false;
};

struct Confirmation {
  std::string author_id;
  std::int64_t incarnation = 0;
  bool banned = false;
};

// How far the change stream was followed.
struct FollowState {
  std::string cursor;
  std::int64_t resync = 0;  // how often following began again
  bool settled = true;      // whether the authors not seen since were asked for
};

// Where the authors are kept: the port. docs/adr/0040 says why each of these cannot leave a dead author behind. Errors are those
// of runtime_db/database.h; after one, nobody knows whether the call took effect, and each call may be repeated. Thread-safe;
// blocks.
class AuthorRepository {
 public:
  virtual ~AuthorRepository() = default;

  // Adds the authors that are not there, unconfirmed, and returns the rows of all of them. No id may occur twice.
  [[nodiscard]] virtual runtime::Result<std::vector<AuthorRow>> AddUnconfirmed(std::span<const std::string> author_ids,
                                                                               runtime::Deadline deadline) = 0;
  // Confirms the rows that are still in that life; one that the stream confirmed first keeps what the stream said. Answers for
  // each whether its author is there and confirmed now.
  [[nodiscard]] virtual runtime::Result<std::vector<bool>> Confirm(std::span<const Confirmation> confirmations,
                                                                   runtime::Deadline deadline) = 0;
  // Removes those of the rows that are still in that life and unconfirmed.
  [[nodiscard]] virtual runtime::Result<void> RemoveUnconfirmed(std::span<const AuthorRow> rows, runtime::Deadline deadline) = 0;
  // Up to `limit` rows that have been unconfirmed for `age`, after `after_author_id`, ordered by author id.
  [[nodiscard]] virtual runtime::Result<std::vector<AuthorRow>> FindUnconfirmed(std::chrono::seconds age,
                                                                                const std::string& after_author_id, int limit,
                                                                                runtime::Deadline deadline) = 0;

  [[nodiscard]] virtual runtime::Result<FollowState> ReadFollowState(runtime::Deadline deadline) = 0;
  // Stores the effect of the changes and their cursor in one transaction, if the stored cursor still is that of `state`. False:
  // another process has followed further; nothing was changed (but for the posts of deleted users, which are gone in any case).
  [[nodiscard]] virtual runtime::Result<bool> ApplyChanges(const FollowState& state, const UserChanges& changes,
                                                           runtime::Deadline deadline) = 0;
  // The stored cursor was refused: begin again from an empty one. False: another process has done so, or followed further.
  [[nodiscard]] virtual runtime::Result<bool> BeginResync(const FollowState& state, runtime::Deadline deadline) = 0;

  // How many authors there are.
  [[nodiscard]] virtual runtime::Result<std::int64_t> CountAuthors(runtime::Deadline deadline) = 0;
  // Up to `limit` confirmed authors that the resync has not seen, after `after_author_id`, ordered by author id.
  [[nodiscard]] virtual runtime::Result<std::vector<AuthorRow>> FindUnseen(std::int64_t resync,
                                                                           const std::string& after_author_id, int limit,
                                                                           runtime::Deadline deadline) = 0;
  // The user exists all the same.
  [[nodiscard]] virtual runtime::Result<void> MarkSeen(const AuthorRow& row, std::int64_t resync, runtime::Deadline deadline) = 0;
  // The user does not exist: removes the author and their posts, unless the resync has seen them meanwhile.
  [[nodiscard]] virtual runtime::Result<void> RemoveUnseen(const AuthorRow& row, std::int64_t resync,
                                                           runtime::Deadline deadline) = 0;
  // Every author that the resync had not seen was asked for.
  [[nodiscard]] virtual runtime::Result<void> FinishResync(std::int64_t resync, runtime::Deadline deadline) = 0;
};

}  // namespace inkwell::posts
