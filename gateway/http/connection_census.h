#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace inkwell::gateway {

// Counts the connections of all reactors, against the limits and for the drain. Thread-safe.
class ConnectionCensus final {
 public:
  // `per_address` 0: addresses are not counted.
  ConnectionCensus(std::size_t total, std::size_t per_address) : total_(total), per_address_(per_address) {}

  enum class Admission { kAdmitted, kFull, kAddressFull, kOverrun };
  // Counts the newcomer in every case but kOverrun. kFull and kAddressFull are to be refused with an answer; kOverrun, when too
  // many of those are still being answered, without one.
  [[nodiscard]] Admission Enter(const std::string& address);
  void Leave(const std::string& address);

  [[nodiscard]] std::size_t open() const { return open_.load(std::memory_order_relaxed); }
  // Whether all connections ended before `deadline`.
  bool WaitUntilEmpty(std::chrono::steady_clock::time_point deadline);

 private:
  const std::size_t total_;
  const std::size_t per_address_;
  std::atomic<std::size_t> open_{0};

  std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_map<std::string, std::size_t> by_address_;  // guarded by mutex_
};

}  // namespace inkwell::gateway
