#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace inkwell::runtime {

// One thread for what may block for seconds (connecting), so that nobody with a deadline waits for it. Tasks run one after the
// other, in order, and must not throw. Those that have not begun when it stops are dropped.
class TaskThread final {
 public:
  TaskThread() : thread_([this](const std::stop_token& stop) { Work(stop); }) {}

  void Post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

  // Waits for the task under way. Idempotent; the destructor does the same.
  void Stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Work(const std::stop_token& stop) {
    while (true) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, stop, [this] { return !tasks_.empty(); });
        if (stop.stop_requested()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> tasks_;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace inkwell::runtime
