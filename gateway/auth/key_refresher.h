#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "clerk/request_authenticator.h"

namespace inkwell::gateway {

// Keeps the authenticator's keys fresh from a thread of its own, so that requests hardly ever wait for a fetch. Thread-safe.
class KeyRefresher final {
 public:
  // Starts to load at once. `authenticator` must outlive the refresher.
  explicit KeyRefresher(const clerk::RequestAuthenticator& authenticator);

  // Whether keys were loaded at least once: from then on sessions can be verified, through outages too.
  [[nodiscard]] bool have_keys() const { return have_keys_.load(std::memory_order_relaxed); }

 private:
  void Run(const std::stop_token& stop);

  const clerk::RequestAuthenticator& authenticator_;
  std::atomic<bool> have_keys_{false};
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace inkwell::gateway
