#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "runtime/batch_queue.h"
#include "user-sync-service/caller.h"
#include "user-sync-service/metrics.h"

namespace inkwell::users {

// A bounded queue of calls that may block (a statement, a request to Clerk), each done by itself by one of a few workers, so that
// no thread of gRPC waits. Thread-safe. On destruction what waits is done first: destroy the callers before.
class CallWorkers final {
 public:
  struct Options {
    WorkQueue queue;  // the name in the metrics
    std::size_t workers = 1;
    std::size_t capacity = 64;
  };

  CallWorkers(Metrics& metrics, Options options);

  // Answers what `work` returns; UNAVAILABLE / OVERLOADED at once if too much waits, DEADLINE_EXCEEDED / DEADLINE_EXCEEDED
  // without working if the caller's time passes before.
  template <typename T>
  void Run(Caller caller, std::function<runtime::Result<T>(runtime::Deadline)> work, Done<T> done) {
    if (!Push([caller = std::move(caller), work = std::move(work), done] {
          done(IsLate(caller) ? runtime::Result<T>(tl::unexpected<runtime::Error>(Late())) : work(caller.deadline));
        })) {
      done(tl::unexpected<runtime::Error>(Overloaded()));
    }
  }

 private:
  using Task = std::function<void()>;

  [[nodiscard]] static runtime::Error Late();
  [[nodiscard]] static runtime::Error Overloaded();
  [[nodiscard]] bool Push(Task task);

  Metrics& metrics_;
  const WorkQueue queue_;
  runtime::BatchQueue<Task> tasks_;  // last: its workers use the above
};

}  // namespace inkwell::users
