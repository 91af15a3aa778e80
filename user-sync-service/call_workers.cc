#include "user-sync-service/call_workers.h"

#include "user-sync-service/reasons.h"

namespace inkwell::users {

using runtime::Code;
using runtime::Error;

CallWorkers::CallWorkers(Metrics& metrics, Options options)
    : metrics_(metrics),
      queue_(options.queue),
      tasks_({.workers = options.workers, .capacity = options.capacity, .max_batch = 1}, [this](const std::vector<Task>& batch) {
        metrics_.CountTaken(queue_, batch.size());
        for (const Task& task : batch) task();
      }) {}

bool CallWorkers::Push(Task task) {
  metrics_.CountQueued(queue_);
  if (tasks_.TryPush(std::move(task))) return true;
  metrics_.CountRefused(queue_);
  return false;
}

Error CallWorkers::Late() {
  return {Code::kDeadlineExceeded, reason::kDeadlineExceeded, "The call's deadline passed while it waited.", {}};
}

Error CallWorkers::Overloaded() {
  return {Code::kUnavailable, reason::kOverloaded, "Too much is waiting already. Try again.", {}};
}

}  // namespace inkwell::users
