#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

#include "runtime/deadline.h"
#include "runtime/error.h"
#include "user-sync-service/clerk_instance.h"
#include "user-sync-service/instance_pin.h"

namespace inkwell::users {

// Whether the secret key is of the copy's instance, asked of Clerk: true if it is or nothing speaks against it, false if Clerk
// did not answer. Fails with FAILED_PRECONDITION / INSTANCE_MISMATCH, or as CopyState. The key pins nothing: a copy that no event
// and no token has reached belongs to nobody yet.
[[nodiscard]] runtime::Result<bool> CheckSecretKey(ClerkInstance& clerk, InstancePin& pin, runtime::Deadline deadline);

// Asks again, on a thread of its own, until Clerk has answered: that it cannot be reached must not keep the program from
// starting.
class InstanceCheck final {
 public:
  struct Options {
    std::chrono::milliseconds timeout{5000};
    std::chrono::milliseconds pause{10'000};
  };

  // `on_mismatch` is called once at most, from that thread.
  InstanceCheck(ClerkInstance& clerk, InstancePin& pin, std::function<void()> on_mismatch, Options options);

 private:
  void Run(const std::stop_token& stop);

  ClerkInstance& clerk_;
  InstancePin& pin_;
  const std::function<void()> on_mismatch_;
  const Options options_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace inkwell::users
