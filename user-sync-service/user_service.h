#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/batch_queue.h"
#include "user-sync-service/call_workers.h"
#include "user-sync-service/caller.h"
#include "user-sync-service/metrics.h"
#include "user-sync-service/user.h"
#include "user-sync-service/user_repository.h"

namespace inkwell::users {

class ClerkFetcher;

// Where a user may come from.
enum class Source : std::uint8_t { kCopy, kCopyThenClerk, kClerk };

struct UserPage {
  std::vector<StoredUser> users;
  bool more = false;
};

// An event, and who waits for what became of it.
struct EventCall {
  UserMessage message;
  Caller caller;
  Done<Verdict> done;
};

// The users, for any number of callers at once: calls gather in bounded queues, and database workers take what is waiting
// (docs/adr/0002). Nothing here blocks the caller: every answer comes through its `done`, called once, from any thread.
// Thread-safe. Destroy the callers first.
//
// Errors of every call: UNAVAILABLE / OVERLOADED (a full queue, at once) or DATABASE_UNAVAILABLE, DEADLINE_EXCEEDED /
// DEADLINE_EXCEEDED, INTERNAL / INTERNAL.
class UserService final {
 public:
  struct Options {
    // One: its commits wait for the disk once per batch, and what comes meanwhile is the next batch. Two halve the batches and
    // wait for each other's flush: measured at half the rate with 8 to 32 callers, and no more than the same with 128.
    std::size_t event_workers = 1;
    std::size_t read_workers = 2;
    std::size_t capacity = 4096;  // of each queue
    std::size_t max_batch = 256;
    std::size_t max_page_bytes = 1 << 20;  // of a page of List: below gRPC's 4 MiB, whatever the users' metadata
  };

  // Without `clerk` (no secret key), who is not in the copy is nobody: kCopyThenClerk answers as kCopy does.
  UserService(UserRepository& repository, ClerkFetcher* clerk, Metrics& metrics, Options options);

  // Events that came together, in their order; they are queued at once, so that a worker can take them together. An answer to one
  // means that its effect is durable. Also INVALID_ARGUMENT / INVALID_FIELD.
  void Apply(std::vector<EventCall> events);

  // A living user. Also NOT_FOUND / USER_NOT_FOUND; where Clerk is asked UNAVAILABLE / CLERK_UNAVAILABLE and
  // FAILED_PRECONDITION / CLERK_NOT_CONFIGURED. A tombstone is answered without asking Clerk.
  void Get(std::string user_id, Source source, Caller caller, Done<StoredUser> done);

  // The next living users by id, after `after` (empty: from the first), `limit` at most.
  void List(std::string after, int limit, Caller caller, Done<UserPage> done);

  // Where the recent changes of one user came from. Also NOT_FOUND / USER_NOT_FOUND: no change ever concerned the user.
  void Explain(std::string user_id, Caller caller, Done<Explanation> done);

 private:
  struct PendingRead {
    std::string user_id;
    Source source;
    Caller caller;
    Done<StoredUser> done;
  };
  void TakeEvents(std::vector<EventCall> batch);
  void ApplyBatch(std::span<const EventCall> batch);
  void ReadBatch(std::vector<PendingRead> batch);
  void AnswerRead(PendingRead& read, const StoredUser* found);
  [[nodiscard]] runtime::Result<UserPage> ListOne(const std::string& after, int limit, runtime::Deadline deadline);

  UserRepository& repository_;
  ClerkFetcher* const clerk_;
  Metrics& metrics_;
  const Options options_;

  // Last: their workers use all of the above.
  runtime::BatchQueue<EventCall> events_;
  runtime::BatchQueue<PendingRead> reads_;
  CallWorkers lists_;
};

}  // namespace inkwell::users
