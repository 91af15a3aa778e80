#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

#include "user-sync-service/instance_pin.h"

namespace inkwell::users {

// Has the secret key judged (InstancePin::JudgeKey) on a thread of its own, until the answer will not change any more: that Clerk
// cannot be reached must not keep the program from starting, and on a fresh database there is nothing to compare with until
// somebody, this replica or another, has pinned an instance.
class InstanceCheck final {
 public:
  struct Options {
    std::chrono::milliseconds timeout{5000};
    std::chrono::milliseconds pause{2000};
  };

  InstanceCheck(InstancePin& pin, Options options);

 private:
  void Run(const std::stop_token& stop);

  InstancePin& pin_;
  const Options options_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace inkwell::users
