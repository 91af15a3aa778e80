#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "runtime/error.h"

namespace inkwell::users {

// For a Result: it holds this value.
MATCHER_P(Holds, value, "") { return arg.has_value() && *arg == value; }

// Collects what asynchronous calls answer. Must outlive the calls. Thread-safe.
template <typename T>
class Answers final {
 public:
  [[nodiscard]] std::function<void(runtime::Result<T>)> Collect() {
    return [this](runtime::Result<T> answer) {
      const std::lock_guard lock(mutex_);
      answers_.push_back(std::move(answer));
      arrived_.notify_all();
    };
  }

  // The answers in the order in which they came, once there are so many; fewer if that takes longer than 10 s.
  [[nodiscard]] std::vector<runtime::Result<T>> Wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return answers_.size() >= count; });
    return answers_;
  }
  [[nodiscard]] runtime::Result<T> WaitForOne() {
    const auto answers = Wait(1);
    return answers.empty() ? runtime::Fail(runtime::Code::kUnknown, "NO_ANSWER", "No answer came.") : answers.front();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<runtime::Result<T>> answers_;
};

}  // namespace inkwell::users
