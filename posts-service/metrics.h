#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "runtime/error.h"

namespace prometheus {
class Registry;
}

namespace inkwell::posts {

enum class Method { kCreatePost, kGetPost, kListPosts, kUpdatePost, kDeletePost, kListPublishedPosts, kExportPosts };
enum class QueueName { kWrites, kReads, kSearches, kHeavyLists, kExports };
// How the question after an unknown author ended.
enum class AdmissionOutcome { kConfirmed, kNotFound, kRemembered, kUsersUnavailable, kDatabaseUnavailable, kOverloaded };

// The service's figures, each with few, fixed labels. Thread-safe; every method is a few atomic operations.
class Metrics final {
 public:
  explicit Metrics(prometheus::Registry& registry);
  ~Metrics();

  // `code` absent: OK.
  void CallDone(Method method, std::optional<runtime::Code> code, std::chrono::steady_clock::duration took);
  // A request is about to wait in a queue; or it was refused after all, because the queue is full; or so many of those that wait
  // were taken together. In this order, so that the depth is never below zero.
  void Queued(QueueName queue);
  void Refused(QueueName queue);
  void BatchTaken(QueueName queue, std::size_t taken);
  void Admission(AdmissionOutcome outcome);
  // The follower of the authors: how old the last change was when its effect was stored, and whether it has all there is.
  void ChangesApplied(std::size_t users, std::optional<std::chrono::microseconds> lag);
  void CaughtUp(bool caught_up);

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace inkwell::posts
