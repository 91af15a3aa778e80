#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "runtime/call_metrics.h"
#include "user-sync-service/user.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace inkwell::users {

enum class WorkQueue : std::uint8_t { kEvents, kReads, kLists, kClerk, kProfiles, kInstance, kBackfill };

enum class Method : std::uint8_t {
  kGetUser,
  kListUsers,
  kApplyUserEvent,
  kBatchApplyUserEvents,
  kWatchUsers,
  kUpdateUser,
  kDeleteUser,
  kCreateTemplateToken,
  kConfirmInstance,
  kBackfillUsers,
  kExplainUser,
};

// As users.proto has it.
[[nodiscard]] const char* MethodName(Method method);

// What came of a question to Clerk.
enum class FetchOutcome : std::uint8_t {
  kStored,       // Clerk knows the user; the copy has been brought up to date
  kNotNeeded,    // the copy had learnt of the user meanwhile
  kUnknown,      // Clerk answered that there is no such user
  kUnavailable,  // Clerk did not answer, or refused
  kNotStored,    // Clerk answered, and our database did not
};

// What the service counts. Thread-safe. The registry must outlive it.
class Metrics final {
 public:
  explicit Metrics(prometheus::Registry& registry);

  void CountVerdict(Verdict verdict);
  void CountFetch(FetchOutcome outcome);
  // `code` absent: OK.
  void CountCall(Method method, std::optional<runtime::Code> code, std::chrono::steady_clock::duration took);

  // Calls are about to wait in a queue; or some were refused after all, because the queue is full; or so many of those that wait
  // were taken together. In this order, so that the depth is never below zero.
  void CountQueued(WorkQueue queue, std::size_t calls = 1);
  void CountRefused(WorkQueue queue, std::size_t calls = 1);
  void CountTaken(WorkQueue queue, std::size_t calls);
  void SetWatchStreams(std::size_t count);

  // A webhook came. The gauge of its age moves with UpdateWebhookAge, to be called every second or so; before the first webhook
  // it counts from the start of the program.
  void MarkWebhook();
  void UpdateWebhookAge();
  void SetDrift(std::int64_t clerk_minus_ours);
  // A backfill reached its end, and left so many users that Clerk does not have.
  void SetBackfill(std::int64_t missing);

 private:
  struct QueueMetrics {
    prometheus::Gauge* depth = nullptr;
    prometheus::Histogram* batch_size = nullptr;
    prometheus::Counter* refused = nullptr;
  };

  runtime::CallMetrics calls_;
  std::array<prometheus::Counter*, 4> verdicts_{};
  std::array<prometheus::Counter*, 5> fetches_{};
  std::array<QueueMetrics, 7> queues_{};
  prometheus::Gauge* watch_streams_ = nullptr;
  prometheus::Gauge* webhook_age_ = nullptr;
  prometheus::Gauge* drift_ = nullptr;
  prometheus::Gauge* missing_ = nullptr;
  prometheus::Gauge* backfill_time_ = nullptr;
  std::atomic<std::chrono::steady_clock::time_point> last_webhook_{std::chrono::steady_clock::now()};
};

}  // namespace inkwell::users
