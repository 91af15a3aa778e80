#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace clerk::http {

// Calls back when a piece of work is not done in time. httplib's time-outs hold for one read each, so that a peer that sends a
// byte now and then could keep a request for ever; this ends it from outside. One thread watches, started when needed; each
// callback runs on a short-lived thread of its own, because httplib's stop() waits while a connection is made, and no other
// deadline may wait with it. Thread-safe.
class DeadlineWatch final {
 public:
  using Time = std::chrono::steady_clock::time_point;

  DeadlineWatch() = default;
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;
  ~DeadlineWatch() = default;

 private:
  struct Entry {
    Time deadline;
    std::function<void()> on_late;
    bool fired = false;
    std::jthread caller{};  // runs the callback
  };

 public:
  // Work in progress. When it is gone, the callback neither runs nor will run.
  class Guard final {
   public:
    Guard(DeadlineWatch& watch, Time deadline, std::function<void()> on_late);
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard();

    [[nodiscard]] bool fired() const;

   private:
    DeadlineWatch& watch_;
    std::list<Entry>::iterator entry_;
  };

 private:
  void Run(const std::stop_token& stop);
  static void Call(Entry& entry);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<Entry> entries_;
  Time next_wake_ = Time::max();  // when the thread wakes by itself
  bool woken_ = false;            // an earlier deadline came in
  std::jthread thread_;           // last: it ends before what it uses
};

}  // namespace clerk::http
